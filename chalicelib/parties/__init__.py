"""Customers; vendors come later."""
