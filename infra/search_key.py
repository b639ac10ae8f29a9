"""The operator's command for the key under which search finds words of names. Nobody's search fails meanwhile.

python -m infra.search_key rotate --stage dev      adds a key, which is used after ten minutes; both are read

python -m infra.search_key rebuild --stage dev     has the documents of all tenants indexed anew, by a job for each

python -m infra.search_key finish --stage dev      removes the older keys, when nothing is found by them any more

Each may be given again. Uses the machine's AWS credentials: `rotate` and `finish` write the secret
`novex/<stage>/search`, `finish` scans the table of manifests, `rebuild` invokes `manage_tenants`. Without `--stage` it
is about the running `make run`.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3

from chalicelib.search.index import keys
from chalicelib.search.index.keys import Generation
from infra.local.failure import LocalFailureError
from infra.stack.names import stage_name
from infra.tenants import Event, TenantsError, in_account, in_make_run

READ_BY_THEN = timedelta(minutes=10)
"""All processes have read a new key before it is written with: they keep a secret for five minutes."""
_BYTES = 32


class SearchKeyError(Exception):
    """The command was refused; the message states the reason."""


def rotated(found: list[Generation], key: str, now: datetime) -> list[Generation]:
    """The keys with another one. SearchKeyError when the rotation before was never finished."""
    if len(found) > 1:
        raise SearchKeyError("The rotation before was never finished: rebuild, then finish.")
    return [Generation(found[0].number + 1, key.encode(), now + READ_BY_THEN), *found]


def finished(found: list[Generation], now: datetime, is_used: Callable[[int], bool]) -> list[Generation]:
    """The newest key alone. is_used: whether something is still found by a key, by its number. SearchKeyError when the
    newest is not in use yet, or an older one still is."""
    newest, *older = found
    if older and newest.used_from is not None and now < newest.used_from:
        raise SearchKeyError(f"The newest key is used from {newest.used_from.isoformat()} on: rebuild after that.")
    if any(is_used(each.number) for each in older):
        raise SearchKeyError("Some documents are still found by an older key: rebuild, and wait for the jobs.")
    return [replace(newest, used_from=None)]


def rebuild(ask: Callable[[Event], Event]) -> None:
    """Starts a job for each tenant; prints a line for each. TenantsError when some were refused, after all others."""
    refused = []
    for tenant in ask({"action": "show"})["tenants"]:
        answer = ask({"action": "check_search", "tenant": tenant["id"]})
        if "error" in answer:
            refused.append(f"{tenant['id']}: {answer['error']}: {answer['detail']}")
        else:
            print(f"{tenant['id']}  {answer['job_id']}")
    if refused:
        raise TenantsError("\n".join(refused))


def is_used(table: str, number: int) -> bool:
    """Whether a manifest names an entry of a key."""
    pages = (
        boto3.client("dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=table,
            FilterExpression="contains(tokens, :mark)",
            ExpressionAttributeValues={":mark": {"S": f'"{number}.'}},
            ProjectionExpression="id",
        )
    )
    return any(page["Items"] for page in pages)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m infra.search_key", description=__doc__.partition("\n")[0])
    made.add_argument("action", choices=["rotate", "rebuild", "finish"])
    made.add_argument("--stage", type=stage_name, help="of the AWS account; without it, what `make run` runs")
    return made


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    options = parser().parse_args(arguments)
    try:
        ask = in_account(options.stage) if options.stage else in_make_run()
        if options.action == "rebuild":
            rebuild(ask)
        else:
            _change(options.action, options.stage or os.environ.get("NOVEX_STAGE", "local"))
    except (SearchKeyError, TenantsError, LocalFailureError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _change(action: str, stage: str) -> None:
    vault: Any = boto3.client("secretsmanager")
    name, now = f"novex/{stage}/search", datetime.now(UTC)
    found = keys.of(json.loads(vault.get_secret_value(SecretId=name)["SecretString"]))
    if action == "rotate":
        changed = rotated(found, secrets.token_hex(_BYTES), now)
        said = "A new key is used in ten minutes; rebuild after that."
    else:
        changed = finished(found, now, lambda number: is_used(f"novex-{stage}-search_manifests", number))
        said = "Only the newest key is left."
    vault.put_secret_value(SecretId=name, SecretString=json.dumps(keys.value_of(changed)))
    print(said)


if __name__ == "__main__":
    sys.exit(main())
