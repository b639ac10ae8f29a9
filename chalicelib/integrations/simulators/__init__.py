"""Simulators of the platforms: what the product is connected to where the platforms themselves are out of reach."""
