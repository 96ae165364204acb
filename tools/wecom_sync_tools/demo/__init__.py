"""The demonstration: one company's files on the local stack, and the picture of it."""
