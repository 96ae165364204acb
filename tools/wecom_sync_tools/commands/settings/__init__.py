"""The commands of `wecom-sync settings`."""
