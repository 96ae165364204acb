"""wecom-sync: a CSV drop becomes a change of a WeCom address book."""

__version__ = "0.1.0"
"""Of the functions and of the command line; nothing else has it."""
