"""Asks the search of the API."""

from typing import Any
from urllib.parse import quote

from tests.world import Client


def hits(client: Client, text: str, **query: str) -> list[Any]:
    """What is found, the best first."""
    more = "".join(f"&{name}={value}" for name, value in query.items())
    return list(client.get(f"/v1/search?q={quote(text)}{more}").ok()["data"])


def ids(client: Client, text: str, **query: str) -> list[str]:
    return [each["id"] for each in hits(client, text, **query)]


def names(client: Client, text: str, **query: str) -> list[str]:
    return [each["name"] for each in hits(client, text, **query)]


def listed(client: Client, path: str, text: str) -> list[str]:
    """The ids of a list that is narrowed by search."""
    answer = client.get(f"{path}?q={quote(text)}").ok()
    assert answer["next_cursor"] is None
    return [each["id"] for each in answer["data"]]


def customer(client: Client, name: str, **fields: Any) -> Any:
    """A new customer."""
    return client.post("/v1/customers", {"kind": "company", "name": name, **fields}).ok()
