"""Checks whether all that a corp's imports need works; each check says what to do."""
