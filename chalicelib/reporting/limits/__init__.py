"""How often a tenant may do something, and how much of that is left."""
