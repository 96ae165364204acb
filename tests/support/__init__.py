"""Fakes, builders and the template, shared by the tests."""
