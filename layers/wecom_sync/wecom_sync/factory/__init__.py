"""The shared half of each function's composition root: adapters, built from its settings.

One module for each group of adapters that are needed together, so that a function loads no other.
"""

import gc

# Loading a function makes 200,000 objects and no garbage, so nobody looks for any from here, before
# boto3 is loaded, until the function is built: see `handler.once`.
gc.set_threshold(300_000)
