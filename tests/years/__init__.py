"""Simulated companies that live for years: ordinary life, rare occasions, mistakes."""
