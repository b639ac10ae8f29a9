"""The files that rows name: bodies of webhooks, and what was imported and exported."""

import json
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.kernel import config
from chalicelib.kernel.dynamo import client
from chalicelib.kernel.dynamo.model import Row
from chalicelib.privacy.retention import objects as retained


def of(row: Row) -> Iterator[tuple[str, str]]:
    """The attributes of a row that name files, each with the file's text; without files that are gone."""
    persons = type(row).persons
    for name in persons.objects if persons else ():
        key = row.attribute_values.get(name)
        body = None if key is None else _read(key)
        if body is not None:
            yield name, _text(body)


def _read(key: str) -> bytes | None:
    try:
        reply = client.aws("s3").get_object(Bucket=config.current().bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
            return None
        raise
    return bytes(reply["Body"].read())


def _text(body: bytes) -> str:
    """The texts in a file of JSON, in which letters may be escaped, a line each; any other file as it is."""
    try:
        return "\n".join(_texts(json.loads(body)))
    except ValueError:
        return body.decode("utf-8", "replace")


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        for member in node:
            yield from _texts(member)
    elif isinstance(node, str):
        yield node


def delete(key: str) -> None:
    """Deletes a file with all its versions."""
    retained.delete(key)
