"""Tells in which time zones a person could be."""
