"""Reads and writes credentials in Secrets Manager, which stores all of them; no other module accesses it.

Values are cached for five minutes. The package that owns a secret defines its JSON object, such as the two valid client
secrets of a connection during rotation (integrations/connections/vault.py).
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from botocore.exceptions import ClientError

from chalicelib.kernel import clock, config
from chalicelib.kernel.dynamo import client
from chalicelib.kernel.ttl_cache import TtlCache

CACHE_SECONDS = 300.0
_CACHE_ENTRIES = 2000
_cache: TtlCache[str, dict[str, Any] | None] = TtlCache(CACHE_SECONDS, _CACHE_ENTRIES)


def name(*parts: str) -> str:
    """`novex/<stage>/<part>/…`."""
    return "/".join(("novex", config.current().stage, *parts))


def read(secret: str, *, fresh: bool = False) -> dict[str, Any] | None:
    """The secret's JSON object; None when the secret does not exist. At most CACHE_SECONDS old unless `fresh`."""
    cached = None if fresh else _cache.get(secret)
    if cached is not None:
        return cached.value
    now = clock.wall()
    try:
        reply = client.aws("secretsmanager").get_secret_value(SecretId=secret)
        value = msgspec.json.decode(reply["SecretString"], type=dict[str, Any])
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("ResourceNotFoundException", "InvalidRequestException"):
            raise
        value = None
    return _cache.put(secret, value, now).value


def write(secret: str, value: dict[str, Any], tenant: str) -> None:
    """Creates the secret with its tenant as a tag, or replaces its value."""
    manager = client.aws("secretsmanager")
    text = msgspec.json.encode(value).decode()
    try:
        manager.create_secret(Name=secret, SecretString=text, Tags=[{"Key": "tenant", "Value": tenant}])
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceExistsException":
            raise
        manager.put_secret_value(SecretId=secret, SecretString=text)
    forget(secret)


def delete(secret: str) -> None:
    """Deletes the secret immediately; no error when it does not exist."""
    try:
        client.aws("secretsmanager").delete_secret(SecretId=secret, ForceDeleteWithoutRecovery=True)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
    forget(secret)


def listed(prefix: str) -> Iterator[tuple[str, datetime]]:
    """The names of secrets that begin with `prefix`, with the time of their last change."""
    pages = (
        client.aws("secretsmanager")
        .get_paginator("list_secrets")
        .paginate(Filters=[{"Key": "name", "Values": [prefix]}])
    )
    for page in pages:
        for secret in page["SecretList"]:
            if secret["Name"].startswith(prefix):
                yield secret["Name"], secret.get("LastChangedDate") or secret["CreatedDate"]


def forget(secret: str | None = None) -> None:
    """Removes one secret from the cache, or all."""
    if secret is None:
        _cache.clear()
    else:
        _cache.drop(secret)


def platform(key: str) -> bytes:
    """A key from the platform's secret: `cursor_key` encrypts cursors, `lookup_key` makes lookup tokens."""
    value = read(name("platform"))
    if value is None or key not in value:
        raise RuntimeError(f"the platform secret has no {key}: run the bootstrap")
    return str(value[key]).encode()
