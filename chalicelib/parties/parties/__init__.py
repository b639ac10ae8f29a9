"""Parties: the one store of persons and companies, whatever they are to the tenant: customers, vendors or both."""
