"""A deployed stack as a laptop sees it: its address, runs, drops and decisions."""
