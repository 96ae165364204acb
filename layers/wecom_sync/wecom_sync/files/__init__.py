"""Turns the bytes of a dropped file into a checked roster, or into its problems. Pure."""
