"""Reads the rows below a header: by whole columns where nothing is wrong, else one by one."""
