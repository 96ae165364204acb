"""wecom-sync: a CSV drop becomes a change of a WeCom address book."""

import gc

__version__ = "0.1.0"
"""Of the functions and of the command line; nothing else has it."""

# Loading makes 200,000 objects, a large file makes millions, and hardly a cycle is among them. At
# Python's own threshold the collector looks at all of them again and again, for a third of the
# time. It is set here, before boto3 is loaded.
gc.set_threshold(200_000)
