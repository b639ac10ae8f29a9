"""Business parties: customers."""
