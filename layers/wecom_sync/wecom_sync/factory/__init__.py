"""The shared half of each function's composition root: adapters, built from its settings.

One module for each group of adapters that are needed together, so that a function loads no other.
"""
