"""The files that rows name: bodies of webhooks, and what was imported and exported. And the packages that are made of
all that is stored of a person, below `packages/`."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.bulk.schemas import DownloadLink
from chalicelib.kernel import clock, config
from chalicelib.kernel.dynamo import client
from chalicelib.kernel.dynamo.model import Row
from chalicelib.kernel.tenant import Tenant
from chalicelib.privacy.retention import objects as retained

PREFIX = "packages/"
PACKAGE_DAYS = 14
"""So long a package can be fetched; then the retention sweep deletes it."""
LINK_SECONDS = 300
_TYPE = "application/zip"


def package_key(tenant: Tenant, search_id: str) -> str:
    """The key of the package of a search."""
    return f"{PREFIX}{tenant.id}/{search_id}.zip"


def put(key: str, body: bytes) -> None:
    """Stores a package in the place of an earlier one."""
    client.aws("s3").put_object(Bucket=config.current().bucket, Key=key, Body=body, ContentType=_TYPE)


def link(key: str, packed_at: datetime) -> DownloadLink | None:
    """A link under which a browser saves a package, for five minutes; None when its time is over."""
    now = clock.real()
    if packed_at + timedelta(days=PACKAGE_DAYS) <= now:
        return None
    asked = {
        "Bucket": config.current().bucket,
        "Key": key,
        "ResponseContentType": _TYPE,
        "ResponseContentDisposition": 'attachment; filename="your-data.zip"',
    }
    url = client.aws("s3").generate_presigned_url("get_object", Params=asked, ExpiresIn=LINK_SECONDS)
    return DownloadLink(url=url, expires_at=now + timedelta(seconds=LINK_SECONDS))


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
