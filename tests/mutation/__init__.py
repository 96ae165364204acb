"""Mutants: whether some test notices when a function does something else."""
