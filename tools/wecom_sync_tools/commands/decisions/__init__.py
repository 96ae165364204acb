"""The commands that decide about a run."""
