"""Finds out what the columns of a table are."""
