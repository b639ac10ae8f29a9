"""The two functions on the journal's stream: one numbers the entries, one wakes the consumers."""

from functools import partial
from typing import Any

from chalice.app import Blueprint, DynamoDBEvent

from chalicelib.events import dispatcher, sequencer
from chalicelib.functions import runtime
from chalicelib.kernel.tenant import Tenant, parts_of

runtime.hide_personal_fields()
blueprint = Blueprint(__name__)
STREAM = runtime.arn(
    "NOVEX_JOURNAL_STREAM_ARN",
    "arn:aws:dynamodb:us-east-1:000000000000:table/novex-local-journal/stream/2026-01-01T00:00:00.000",
)


@blueprint.on_dynamodb_record(stream_arn=STREAM, batch_size=250, starting_position="TRIM_HORIZON")
def sequence_journal(event: DynamoDBEvent) -> Any:
    """Numbers the entries that were inserted (filter: INSERT). Only the records of a tenant that
    failed are delivered again."""
    with runtime.invocation("sequence_journal", event.context) as running:
        by_tenant: dict[str, list[runtime.Record]] = {}
        for record in event.to_dict()["Records"]:
            by_tenant.setdefault(parts_of(record["dynamodb"]["Keys"]["partition"]["S"])[0], []).append(record)
        failed: list[str] = []
        for tenant, records in by_tenant.items():
            if not runtime.attempt("numbering failed", partial(_number, tenant, records, running.deadline)):
                failed += [record["dynamodb"]["SequenceNumber"] for record in records]
        return runtime.failures(failed)


@blueprint.on_dynamodb_record(stream_arn=STREAM, batch_size=250, starting_position="TRIM_HORIZON")
def dispatch_changes(event: DynamoDBEvent) -> dict[str, int]:
    """Wakes the consumers of the entries that got their numbers (filter: MODIFY). Raises when a queue does not take a
    wake: the records are delivered again."""
    with runtime.invocation("dispatch_changes", event.context):
        return {"wakes": dispatcher.dispatch(event.to_dict()["Records"])}


def _number(tenant: str, records: list[runtime.Record], deadline: float) -> None:
    identifiers = [record["dynamodb"]["Keys"]["id"]["S"] for record in records]
    sequencer.number(Tenant(tenant), identifiers, deadline)
