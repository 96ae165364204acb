"""Decides whether a plan must wait for a person. Pure."""
