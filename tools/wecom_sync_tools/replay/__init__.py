"""A corp in memory: its files are planned, judged and applied without a stack and without WeCom."""
