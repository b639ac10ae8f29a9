"""The functions on the journal's stream: one numbers the entries, one runs the consumers."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from chalice.app import Blueprint, DynamoDBEvent

from chalicelib import modules
from chalicelib.events import consumers, sequencer
from chalicelib.functions import runtime
from chalicelib.kernel.tenant import Tenant, parts_of

modules.load_reactions()
blueprint = Blueprint(__name__)
STREAM = runtime.arn(
    "NOVEX_JOURNAL_STREAM_ARN",
    "arn:aws:dynamodb:us-east-1:000000000000:table/novex-local-journal/stream/2026-01-01T00:00:00.000",
)
Record = Mapping[str, Any]


@blueprint.on_dynamodb_record(stream_arn=STREAM, batch_size=100, starting_position="TRIM_HORIZON")
def sequence_journal(event: DynamoDBEvent) -> Any:
    """Numbers the entries that were inserted (filter: INSERT). Only the records of a tenant that
    failed are delivered again."""
    with runtime.invocation("sequence_journal", event.context) as running:

        def number(tenant: Tenant, records: list[Record]) -> None:
            identifiers = [record["dynamodb"]["Keys"]["id"]["S"] for record in records]
            sequencer.number(tenant, identifiers, running.deadline)

        return _by_tenant(event.to_dict()["Records"], "numbering failed", number)


@blueprint.on_dynamodb_record(stream_arn=STREAM, batch_size=100, starting_position="TRIM_HORIZON")
def run_consumers(event: DynamoDBEvent) -> Any:
    """Runs every consumer to the end of the feed (filter: MODIFY, an entry got its number).

    The records only say which tenants have new entries. The records of a tenant are delivered again when the end of its
    feed is not visible yet or one of its consumers failed.
    """
    with runtime.invocation("run_consumers", event.context) as running:
        return _by_tenant(
            event.to_dict()["Records"],
            "reading the feed failed",
            lambda tenant, _: consumers.catch_up(tenant, running.deadline).is_done,
        )


def _by_tenant(records: Iterable[Record], what: str, piece: Callable[[Tenant, list[Record]], bool | None]) -> Any:
    groups: dict[str, list[Record]] = {}
    for record in records:
        groups.setdefault(parts_of(record["dynamodb"]["Keys"]["partition"]["S"])[0], []).append(record)
    failed: list[str] = []
    for name, group in groups.items():
        tenant = Tenant(name)
        if not runtime.attempt(what, partial(piece, tenant, group), tenant=name):
            failed += [record["dynamodb"]["SequenceNumber"] for record in group]
    return runtime.failures(failed)
