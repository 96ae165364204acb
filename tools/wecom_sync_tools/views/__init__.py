"""Draws runs, plans and progress for a person."""
