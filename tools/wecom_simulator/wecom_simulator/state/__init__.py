"""A corp of the simulator as it stands: people, departments, files, tokens, jobs, switches."""
