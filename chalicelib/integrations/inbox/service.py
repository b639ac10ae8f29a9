"""Use cases of deliveries, and the way back for those that got lost."""

from datetime import timedelta

from chalicelib.integrations.inbox import events, intake, rules, tables
from chalicelib.integrations.inbox.schemas import Delivery, DeliveryOutcome, DeliveryState, InboxQuery
from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import NotFound, TransitionRefused
from chalicelib.kernel.lists import Page, paginate
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work

STALE_AFTER = timedelta(minutes=2)
"""Also how long a worker may be silent before another one takes over."""
_REQUEUE_LIMIT = 500
_REQUEUE_PAGES = 20
_ROUND = timedelta(minutes=5)
_ROUNDS_AN_HOUR = 12


def page(call: Call, query: InboxQuery) -> Page[Delivery]:
    """A page of deliveries."""
    rows, cursor = paginate(tables.Delivery, tables.VIEWS, call, query)
    return Page([view(row) for row in rows], cursor)


def read(call: Call, delivery: str) -> Delivery:
    """One delivery. NotFound."""
    row = store.get(tables.Delivery, call.tenant.key(), delivery)
    if row is None:
        raise NotFound("There is no such delivery.")
    return view(row)


@use_case(events.RETRIED)
def retry(work: Work, delivery: str) -> Delivery:
    """Opens the delivery again; it must be queued afterwards."""
    row = _stepped(work, delivery, "retry")
    row.attempts, row.waits, row.reason, row.detail = 0, None, None, None
    mark_open(row)
    return view(work.save(row))


@use_case(events.DISMISSED)
def dismiss(work: Work, delivery: str) -> Delivery:
    """Puts the delivery aside for good."""
    return view(work.save(_stepped(work, delivery, "dismiss")))


@use_case(events.QUARANTINED)
def quarantine(work: Work, delivery: str, version: int, outcome: DeliveryOutcome) -> None:
    """Leaves the delivery to a person. Does nothing when somebody else has gone on with it."""
    _end(work, delivery, version, outcome)


@use_case(events.FAILED)
def fail(work: Work, delivery: str, version: int, outcome: DeliveryOutcome) -> None:
    """Gives the delivery up after too many attempts. Does nothing when somebody else has gone on with it."""
    _end(work, delivery, version, outcome)


def _end(work: Work, delivery: str, version: int, outcome: DeliveryOutcome) -> None:
    row = work.load(tables.Delivery, work.tenant.key(), delivery)
    if row.version == version:
        settle(row, outcome)
        work.save(row)


def _stepped(work: Work, delivery: str, step: str) -> tables.Delivery:
    row = work.load_for_update(tables.Delivery, work.tenant.key(), delivery)
    steps = _allowed(row)
    if step not in steps:
        raise TransitionRefused("delivery", row.state, steps)
    row.state = rules.TRANSITIONS[row.state][step]
    return row


def mark_open(row: tables.Delivery) -> None:
    """Puts the row into the index of open ones, from now on."""
    row.open_in, row.open_since = row.partition, clock.now()


def settle(row: tables.Delivery, outcome: DeliveryOutcome) -> None:
    """Puts an outcome on the row and takes it out of the index of open ones."""
    row.state, row.reason, row.detail = outcome.state, outcome.reason, outcome.detail
    row.external_id = outcome.external_id or row.external_id
    row.order_id = outcome.order_id or row.order_id
    row.open_in = row.open_since = None


def requeue_stale(tenant: Tenant) -> int:
    """Queues again what has been open for longer than STALE_AFTER; returns how many.

    Safe at any time: a delivery that somebody works on, or has finished, is skipped by the worker. Nobody knows whether
    a message was lost or only waits in a long queue, so the same delivery is queued again less and less often.
    """
    now = clock.now()
    stale = (tables.ByOpen.open_in == tenant.key()) & (tables.ByOpen.open_since < clock.text(now - STALE_AFTER))
    count, start = 0, None
    for _ in range(_REQUEUE_PAGES):
        page = store.query(tables.Delivery, stale, index="by_open", limit=_REQUEUE_LIMIT, start=start)
        for entry in page.items:
            if _is_due(now - clock.parse(entry["open_since"]["S"])):
                intake.enqueue(tenant, entry["id"]["S"])
                count += 1
        start = page.next_key
        if start is None or count >= _REQUEUE_LIMIT:
            break
    return count


def _is_due(age: timedelta) -> bool:
    """In the reconciler's rounds 0, 1, 2, 4 and 8, then once an hour."""
    rounds = age // _ROUND
    return rounds & (rounds - 1) == 0 or rounds % _ROUNDS_AN_HOUR == 0


def _allowed(row: tables.Delivery) -> list[str]:
    return rules.allowed(row.state, row.reason, has_body=row.body_key is not None)


def view(row: tables.Delivery) -> Delivery:
    """The row as the API shows it."""
    return Delivery(
        id=row.id,
        connection_id=row.connection_id,
        platform=row.platform,
        topic=row.topic,
        delivery_id=row.delivery_id,
        state=DeliveryState(row.state),
        reason=row.reason,
        detail=row.detail,
        attempts=row.attempts,
        external_id=row.external_id,
        order_id=row.order_id,
        has_body=row.body_key is not None,
        received_at=row.received_at,
        allowed_transitions=_allowed(row),
        **row.stamps(),
    )
