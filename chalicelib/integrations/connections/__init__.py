"""Connections: which account of which platform belongs to which tenant, and how its deliveries are verified."""
