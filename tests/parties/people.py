"""Customers and vendors of the tests."""

import itertools
from typing import Any

from tests.world import Client

_numbers = itertools.count(1)
ADDRESS = {"kind": "shipping", "lines": ["Main St 1"], "city": "Ulm", "postal_code": "89073", "country": "DE"}
VAT = {"type": "vat", "country": "DE", "tax_number": "DE129273398"}
OTHER_VAT = {"type": "vat", "country": "DE", "tax_number": "DE136695976"}


def customer(client: Client, **fields: Any) -> Any:
    """A new customer."""
    return client.post("/v1/customers", {"kind": "company", "name": f"Firm {next(_numbers)}", **fields}).ok()


def vendor(client: Client, **fields: Any) -> Any:
    """A new vendor."""
    return client.post("/v1/vendors", {"kind": "company", "name": f"Firm {next(_numbers)}", **fields}).ok()


def merge(client: Client, loser: Any, winner: Any, door: str = "customers") -> Any:
    """Merges one party into another; returns the one that was merged."""
    current = client.get(f"/v1/{door}/{loser['id']}").ok()
    path = f"/v1/{door}/{loser['id']}/merge"
    return client.post(path, {"into": winner["id"]}, etag=current["version"]).ok()


def unmerge(client: Client, loser: Any, door: str = "customers") -> Any:
    """Undoes the merge of a party, and returns it."""
    current = client.get(f"/v1/{door}/{loser['id']}").ok()
    return client.post(f"/v1/{door}/{loser['id']}/unmerge", etag=current["version"]).ok()


def read(client: Client, party: Any, door: str = "customers") -> Any:
    """The party as it is now."""
    return client.get(f"/v1/{door}/{party['id']}").ok()


def found(client: Client, query: str, door: str = "customers") -> list[str]:
    """The ids of the parties that a list finds."""
    return [party["id"] for party in client.get(f"/v1/{door}?{query}").ok()["data"]]


def content(party: Any) -> dict[str, Any]:
    """What a party says, without the bookkeeping."""
    left_out = {"version", "created_at", "created_by", "updated_at", "updated_by"}
    return {name: value for name, value in party.items() if name not in left_out}
