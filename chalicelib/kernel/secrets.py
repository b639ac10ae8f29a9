"""Every credential lives in Secrets Manager; this module is the only one that reads or writes there.

Values are cached for five minutes. What a secret's JSON object holds is its owner's business: two valid client secrets
of a connection while it rotates, for one (integrations/connections/vault.py).
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
    """The secret's JSON object; None when there is none. At most CACHE_SECONDS old unless `fresh`."""
    held = None if fresh else _cache.get(secret)
    if held is not None:
        return held.value
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
    """Creates the secret, tagged with its tenant, or replaces its value."""
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
    """Deletes the secret at once; deleting what is not there is no error."""
    try:
        client.aws("secretsmanager").delete_secret(SecretId=secret, ForceDeleteWithoutRecovery=True)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
    forget(secret)


def listed(prefix: str) -> Iterator[tuple[str, datetime]]:
    """Names that begin with `prefix`, with the time of their last change."""
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
    """Drops one cached secret, or all."""
    if secret is None:
        _cache.clear()
    else:
        _cache.drop(secret)


def platform(key: str) -> bytes:
    """A key of the platform's own secret: `cursor_key` signs cursors, `lookup_key` makes lookup tokens."""
    value = read(name("platform"))
    if value is None or key not in value:
        raise RuntimeError(f"the platform secret has no {key}: run the bootstrap")
    return str(value[key]).encode()
