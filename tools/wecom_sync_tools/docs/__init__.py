"""The tables and pages of docs/ that come from code."""
