"""The local runtime: the whole backend on loopback, with no cloud account."""
