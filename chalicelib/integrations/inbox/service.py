"""Use cases of deliveries."""

from chalicelib.integrations.inbox import events, tables
from chalicelib.integrations.inbox.rules import PRIVACY_REQUEST
from chalicelib.integrations.inbox.schemas import (
    Delivery,
    DeliveryOutcome,
    DeliveryState,
    InboxQuery,
    PrivacyDelivery,
)
from chalicelib.integrations.inbox.states import DELIVERY
from chalicelib.kernel import clock, objects
from chalicelib.kernel.call import Call
from chalicelib.kernel.counts import count
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import to_struct
from chalicelib.kernel.pages import Page
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.visibility import load_visible
from chalicelib.kernel.work import Work


def page(call: Call, query: InboxQuery) -> Page[Delivery]:
    """A page of deliveries."""
    rows, cursor = paginate(tables.Delivery, tables.VIEWS, call, query)
    return Page([view(row) for row in rows], cursor)


def read(call: Call, delivery: str) -> Delivery:
    """One delivery. NotFound."""
    return view(load_visible(call, tables.Delivery, call.tenant.key(), delivery))


def count_unresolved(call: Call) -> int:
    """How many deliveries wait for a person."""
    keys = tables.ByUnresolved.unresolved_in == call.tenant.key()
    return count(call, tables.Delivery, keys, index="by_unresolved")


@use_case(events.RETRIED)
def retry(work: Work, delivery: str) -> Delivery:
    """Opens the delivery again. It must be queued afterwards. TransitionRefused when it cannot be worked on again."""
    row = _step(work, delivery, "retry")
    row.attempts, row.waits, row.reason, row.detail = 0, None, None, None
    mark_open(row)
    return view(work.save(row))


@use_case(events.DISMISSED)
def dismiss(work: Work, delivery: str) -> Delivery:
    """Puts the delivery aside for good."""
    return view(work.save(_step(work, delivery, "dismiss")))


@use_case(events.QUARANTINED)
def quarantine(work: Work, delivery: str, version: int, outcome: DeliveryOutcome) -> None:
    """Leaves the delivery to a person. Does nothing when somebody else has gone on with it."""
    _end(work, delivery, version, outcome)


@use_case(events.FAILED)
def fail(work: Work, delivery: str, version: int, outcome: DeliveryOutcome) -> None:
    """Gives the delivery up after too many attempts. Does nothing when somebody else has gone on with it."""
    _end(work, delivery, version, outcome)


@use_case(events.QUARANTINED)
def keep_for_a_person(work: Work, row: tables.Delivery) -> None:
    """Adds a delivery that waits for a person from the start, if it is not there."""
    if work.find(tables.Delivery, row.partition, row.id) is None:
        work.create(row)


def privacy_request(call: Call, delivery: str) -> PrivacyDelivery | None:
    """A delivery that asks for a person's data or its erasure, while it waits; None for others."""
    row = load_visible(call, tables.Delivery, call.tenant.key(), delivery)
    body = objects.get(row.body_key) if row.body_key and _is_waiting(row) else None
    return None if body is None else PrivacyDelivery(row.connection_id, body)


def is_waiting(work: Work, delivery: str) -> bool:
    """Whether a privacy request waits for somebody who takes it over. NotFound."""
    return _is_waiting(work.load(tables.Delivery, work.tenant.key(), delivery))


@use_case(events.HANDED_OVER)
def hand_over(work: Work, delivery: str) -> None:
    """Ends a privacy request that another package has taken over. TransitionRefused."""
    row = work.load(tables.Delivery, work.tenant.key(), delivery)
    DELIVERY.take(row, "hand-over")
    row.list_unresolved()
    row.detail = "It is a privacy request now: see there."
    work.save(row)


def _is_waiting(row: tables.Delivery) -> bool:
    return row.state is DeliveryState.QUARANTINED and row.reason == PRIVACY_REQUEST


def _end(work: Work, delivery: str, version: int, outcome: DeliveryOutcome) -> None:
    row = work.load(tables.Delivery, work.tenant.key(), delivery)
    if row.version == version:
        settle(row, outcome)
        work.save(row)


def _step(work: Work, delivery: str, step: str) -> tables.Delivery:
    row = work.load_for_update(tables.Delivery, work.tenant.key(), delivery)
    DELIVERY.take(row, step)
    row.list_unresolved()
    return row


def mark_open(row: tables.Delivery) -> None:
    """Puts the row into the index of open ones, from now on."""
    row.open_in, row.open_since = row.partition, clock.real()


def settle(row: tables.Delivery, outcome: DeliveryOutcome) -> None:
    """Puts an outcome on the row and takes it out of the index of open ones."""
    DELIVERY.take(row, "end", outcome.state)
    row.list_unresolved()
    row.reason, row.detail = outcome.reason, outcome.detail
    row.external_id = outcome.external_id or row.external_id
    row.order_id = outcome.order_id or row.order_id
    row.open_in = row.open_since = None


def view(row: tables.Delivery) -> Delivery:
    """The API's representation of the row."""
    return to_struct(row, Delivery, has_body=row.body_key is not None, allowed_transitions=DELIVERY.allowed(row))
