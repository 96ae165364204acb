"""Every function killed at every call it makes, and what becomes of the runs."""
