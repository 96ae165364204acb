"""The commands of `wecom-sync local`."""
