"""The commands of `wecom-sync`; those that belong together share a module."""
