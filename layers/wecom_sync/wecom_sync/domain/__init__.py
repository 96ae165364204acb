"""Runs, drops, lanes, the address book and our memory of it, as values. Imports no room."""
