"""Reads the lines of an Excel workbook (.xlsx) as people see them. Computes no formula."""
