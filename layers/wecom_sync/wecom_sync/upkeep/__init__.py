"""What keeps the stack true around its runs: it publishes, sweeps, sends back, looks for drift."""
