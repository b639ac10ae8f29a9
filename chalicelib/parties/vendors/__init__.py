"""Vendors: persons and companies that sell to the tenant."""
