"""One module for each command of `wecom-sync`."""
