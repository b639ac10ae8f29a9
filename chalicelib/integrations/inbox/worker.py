"""Works on one delivery: takes it, lets the platform's package act on it, and stores how it ended."""

from collections.abc import Callable, Mapping

from chalicelib.access import sandbox
from chalicelib.integrations.connections import service as connections
from chalicelib.integrations.connections.schemas import Connection, ConnectionStatus, Platform
from chalicelib.integrations.inbox import intake, requeue, rules, service, tables
from chalicelib.integrations.inbox.schemas import DeliveryOutcome, DeliveryState, NotYetError, QuarantineError
from chalicelib.integrations.inbox.states import DELIVERY
from chalicelib.kernel import clock, log, objects
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import Contention, DomainError
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import commit

Handler = Callable[[Call, Connection, bytes], DeliveryOutcome]
"""Acts on a body of a connection. It may be run again after any part of its work, and must then end the same."""


def process(tenant: Tenant, delivery: str, handlers: Mapping[Platform, Handler]) -> None:
    """Works on an open delivery; a finished one, or one that somebody else works on, is left alone.

    Raises what the handler raised unexpectedly, after putting the delivery back, until it was tried MAX_ATTEMPTS times.
    One that must wait for other work is queued again for later.
    """
    with sandbox.time_of(tenant):
        _process(tenant, delivery, handlers)


def _process(tenant: Tenant, delivery: str, handlers: Mapping[Platform, Handler]) -> None:
    call = Call.system(tenant, "inbox", request_id=delivery)
    row = _take(tenant, delivery)
    if row is None:
        return
    try:
        outcome = _act(call, row, handlers)
    except NotYetError:
        if (row.waits or 0) < rules.MAX_WAITS:
            _wait(tenant, row)
            return
        outcome = DeliveryOutcome(DeliveryState.FAILED, "waited_too_long", "Other work that must end first did not.")
    except Exception as error:  # a delivery may fail in any way: it comes again, and at last says so in the inbox
        if row.attempts < rules.MAX_ATTEMPTS:
            _put_back(row)
            raise
        log.logger().exception("delivery failed", delivery=delivery, platform=row.platform)
        outcome = _given_up(error)
    _finish(call, row, outcome)


def _take(tenant: Tenant, delivery: str) -> tables.Delivery | None:
    """The delivery, marked as worked on by us; None when there is nothing to do."""
    row = store.get(tables.Delivery, tenant.key(), delivery)
    if row is None or row.state not in rules.OPEN:
        return None
    if row.state is DeliveryState.PROCESSING and row.open_since and row.open_since > clock.real() - requeue.STALE_AFTER:
        return None
    DELIVERY.take(row, "start")
    row.attempts += 1
    service.mark_open(row)
    return row if _saved(row) else None


def _act(call: Call, row: tables.Delivery, handlers: Mapping[Platform, Handler]) -> DeliveryOutcome:
    if row.attempts > rules.MAX_ATTEMPTS:
        return DeliveryOutcome(DeliveryState.FAILED, "gave_up", "The work on it never came to an end.")
    connection = connections.read(call, row.connection_id)
    if connection.status is ConnectionStatus.DISCONNECTED:
        return DeliveryOutcome(
            DeliveryState.QUARANTINED, "disconnected", "The shop was disconnected before this was worked on."
        )
    body = objects.get(row.body_key) if row.body_key else None
    if body is None:
        return DeliveryOutcome(DeliveryState.FAILED, "body_gone", "The body is not there any more.")
    try:
        return handlers[row.platform](call, connection, body)
    except QuarantineError as refused:
        return refused.outcome
    except Contention:
        raise
    except DomainError as refused:
        return QuarantineError.of(refused).outcome


def _given_up(error: Exception) -> DeliveryOutcome:
    if isinstance(error, Contention):
        return DeliveryOutcome(DeliveryState.FAILED, error.code, error.detail)
    return DeliveryOutcome(DeliveryState.FAILED, "internal_error", "Our own error; it was tried too often.")


def _finish(call: Call, row: tables.Delivery, outcome: DeliveryOutcome) -> None:
    """Stores the outcome. One that a person must see is journaled; the others are not."""
    log.count(f"Deliveries{outcome.state.capitalize()}")
    if outcome.state is DeliveryState.QUARANTINED:
        commit(call, service.quarantine, row.id, row.version, outcome)
    elif outcome.state is DeliveryState.FAILED:
        commit(call, service.fail, row.id, row.version, outcome)
    else:
        service.settle(row, outcome)
        _saved(row)


def _put_back(row: tables.Delivery) -> None:
    """Lets the delivery be taken again."""
    DELIVERY.take(row, "put-back")
    service.mark_open(row)
    _saved(row)


def _wait(tenant: Tenant, row: tables.Delivery) -> None:
    """Lets the delivery be taken again after a while; the attempt does not count."""
    waits = row.waits or 0
    row.attempts, row.waits = row.attempts - 1, waits + 1
    _put_back(row)
    intake.enqueue(tenant, row.id, rules.wait_seconds(waits))


def _saved(row: tables.Delivery) -> bool:
    """Writes the row over the version that was read; False when somebody else was faster."""
    read_version = row.version
    row.version, row.updated_at, row.updated_by = read_version + 1, clock.now(), "system:inbox"
    return store.write(store.put(row, tables.Delivery.version == read_version))
