"""Mappings: which object of another system is which document of ours."""
