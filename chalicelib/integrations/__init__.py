"""Other systems: their connections, what they send us, and one package for each of them."""
