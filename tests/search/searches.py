"""Asks the search of the API, and looks at what it has stored."""

import json
from typing import Any
from urllib.parse import quote

from chalicelib.kernel.dynamo import store
from chalicelib.search.index.tables import SearchEntry, SearchManifest
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


def rows(tenant: str) -> list[dict[str, Any]]:
    """All that search has stored of a tenant."""
    found = []
    for model in (SearchEntry, SearchManifest):
        start = None
        while True:
            page = store.scan(model, model.partition.startswith(f"{tenant}#"), start=start, limit=1000)
            found += page.items
            start = page.next_key
            if start is None:
                break
    return sorted(found, key=lambda item: json.dumps(item, sort_keys=True))
