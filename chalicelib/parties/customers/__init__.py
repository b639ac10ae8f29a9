"""Customers: persons and companies that buy."""
