"""The shared half of each function's composition root: adapters, built from its settings.

One module for each group of adapters that are needed together, so that a function loads no other.
"""

import gc

# Loading makes 200,000 objects, a large file makes millions, and hardly a cycle is among them. At
# Python's own threshold the collector looks at all of them again and again, for a third of the
# time. It is set here, before boto3 is loaded.
gc.set_threshold(200_000)
