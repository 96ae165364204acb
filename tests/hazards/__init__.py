"""Files that must not be applied, and files that must: all of them run against the simulator."""
