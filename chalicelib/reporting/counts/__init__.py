"""Counts of what waits for somebody, for the badges of a screen."""
