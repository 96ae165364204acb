"""Makes the tables of `docs/` from the code."""
