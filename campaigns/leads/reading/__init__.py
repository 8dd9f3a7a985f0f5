"""Reads what a lead list is stored as: every file format becomes tables of text."""
