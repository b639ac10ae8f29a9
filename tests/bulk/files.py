"""Imports and exports as a person does them: through the API, and the file by the signed form."""

import csv
import io
from typing import Any

import requests

from tests.world import Client

BOM = b"\xef\xbb\xbf"


def prepared(client: Client, **fields: Any) -> Any:
    """An import of items that waits for its file."""
    return client.post("/v1/imports", {"kind": "items", **fields}).ok()


def upload(made: Any, content: bytes) -> None:
    """Sends the file by the form of the import."""
    form = made["upload"]
    reply = requests.post(form["url"], data=form["fields"], files={"file": ("items.csv", content)}, timeout=10)
    assert reply.status_code == 204, reply.text


def started(client: Client, content: bytes, **fields: Any) -> Any:
    """An import that was started with this file; nothing has worked on it yet."""
    made = prepared(client, **fields)
    upload(made, content)
    return client.post(f"/v1/imports/{made['id']}/start").ok()


def imported(client: Client, content: bytes | str, **fields: Any) -> Any:
    """An import that has ended."""
    raw = content.encode() if isinstance(content, str) else content
    made = started(client, raw, **fields)
    client.world.settle()
    return client.get(f"/v1/imports/{made['id']}").ok()


def counts(done: Any) -> tuple[int, int, int, int]:
    """created, updated, unchanged, failed."""
    progress = done["progress"]
    return progress["created"], progress["updated"], progress["unchanged"], progress["failed"]


def errors(client: Client, done: Any) -> list[tuple[int, str, str]]:
    """Row, column and code of every error."""
    rows = client.get(f"/v1/imports/{done['id']}/rows?outcome=failed&limit=100").ok()["data"]
    return [(row["row"], error["column"], error["code"]) for row in rows for error in row["errors"]]


def exported(client: Client, **fields: Any) -> bytes:
    """The file of an export of items."""
    made = client.post("/v1/exports", {"kind": "items", **fields}).ok()
    client.world.settle()
    return downloaded(client.get(f"/v1/exports/{made['id']}").ok()["file"])


def downloaded(link: Any) -> bytes:
    reply = requests.get(link["url"], timeout=10)
    assert reply.status_code == 200
    return reply.content


def table(content: bytes, separator: str = ",") -> list[dict[str, str]]:
    """The rows of a file as a spreadsheet reads it."""
    text = content.removeprefix(BOM).decode()
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=True))


def skus(client: Client) -> list[str]:
    """The SKUs of all items, sorted."""
    return [item["sku"] for item in client.get("/v1/items?sort=sku&limit=100").ok()["data"]]
