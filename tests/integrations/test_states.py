"""The lives of connections and deliveries: what can be done when. Nothing is stored here."""

import pytest

from chalicelib.integrations.connections import tables as connections
from chalicelib.integrations.connections.schemas import ConnectionStatus
from chalicelib.integrations.connections.states import CONNECTION
from chalicelib.integrations.inbox import tables as inbox
from chalicelib.integrations.inbox.rules import PRIVACY_REQUEST
from chalicelib.integrations.inbox.schemas import DeliveryState
from chalicelib.integrations.inbox.states import DELIVERY
from chalicelib.kernel.errors import TransitionRefused

OPEN = (DeliveryState.RECEIVED, DeliveryState.PROCESSING)
LEFT_TO_A_PERSON = (DeliveryState.QUARANTINED, DeliveryState.FAILED)


def connection(*tokens: str, status: ConnectionStatus = ConnectionStatus.CONNECTED) -> connections.Connection:
    return connections.Connection(status=status, secret_tokens=list(tokens))


def delivery(state: DeliveryState, body_key: str | None = "key", reason: str | None = None) -> inbox.Delivery:
    return inbox.Delivery(state=state, body_key=body_key, reason=reason)


def test_an_old_secret_can_be_dropped_only_while_there_is_one() -> None:
    assert CONNECTION.allowed(connection("new")) == ["rotate-secret", "disconnect"]
    assert CONNECTION.allowed(connection("new", "old")) == ["rotate-secret", "drop-old-secret", "disconnect"]
    with pytest.raises(TransitionRefused) as refused:
        CONNECTION.take(connection("new"), "drop-old-secret")
    assert refused.value.members() == {
        "current_status": ConnectionStatus.CONNECTED,
        "allowed_transitions": ["rotate-secret", "disconnect"],
        "job_id": None,
    }


def test_a_pending_connection_can_be_verified_or_disconnected_and_expires_by_itself() -> None:
    assert CONNECTION.allowed(connection("new", status=ConnectionStatus.PENDING)) == ["verify", "disconnect"]
    row = connection("new", status=ConnectionStatus.PENDING)
    CONNECTION.take(row, "verify", ConnectionStatus.PENDING)
    CONNECTION.take(row, "expire")
    assert row.status is ConnectionStatus.DISCONNECTED
    for step in ("verify", "expire"):
        with pytest.raises(TransitionRefused):
            CONNECTION.take(connection("new"), step)


def test_a_connection_that_was_disconnected_stays_so() -> None:
    row = connection("new")
    CONNECTION.take(row, "disconnect")
    assert row.status is ConnectionStatus.DISCONNECTED
    assert CONNECTION.allowed(row) == []


@pytest.mark.parametrize("state", LEFT_TO_A_PERSON)
def test_a_person_goes_on_with_what_a_worker_could_not_do(state: DeliveryState) -> None:
    assert DELIVERY.allowed(delivery(state)) == ["retry", "dismiss"]
    row = delivery(state)
    DELIVERY.take(row, "retry")
    assert row.state is DeliveryState.RECEIVED
    row = delivery(state)
    DELIVERY.take(row, "dismiss")
    assert row.state is DeliveryState.DISMISSED


@pytest.mark.parametrize("state", LEFT_TO_A_PERSON)
@pytest.mark.parametrize(("body_key", "reason"), [(None, "unknown_sku"), ("key", PRIVACY_REQUEST)])
def test_without_its_body_or_as_a_privacy_request_a_delivery_can_only_be_dismissed(
    state: DeliveryState, body_key: str | None, reason: str
) -> None:
    row = delivery(state, body_key, reason)
    assert DELIVERY.allowed(row) == ["dismiss"]
    with pytest.raises(TransitionRefused):
        DELIVERY.take(row, "retry")


@pytest.mark.parametrize("state", [each for each in DeliveryState if each not in LEFT_TO_A_PERSON])
def test_there_is_nothing_for_a_person_to_do_in_any_other_state(state: DeliveryState) -> None:
    assert DELIVERY.allowed(delivery(state)) == []
    for step in ("retry", "dismiss"):
        with pytest.raises(TransitionRefused):
            DELIVERY.take(delivery(state), step)


@pytest.mark.parametrize("state", OPEN)
def test_a_worker_takes_a_delivery_that_waits_or_that_another_worker_left(state: DeliveryState) -> None:
    row = delivery(state)
    DELIVERY.take(row, "start")
    assert row.state is DeliveryState.PROCESSING


@pytest.mark.parametrize("state", [DeliveryState.DONE, DeliveryState.IGNORED, *LEFT_TO_A_PERSON])
def test_only_a_delivery_that_is_worked_on_ends(state: DeliveryState) -> None:
    row = delivery(DeliveryState.PROCESSING)
    DELIVERY.take(row, "end", state)
    assert row.state is state
    with pytest.raises(TransitionRefused):
        DELIVERY.take(delivery(DeliveryState.RECEIVED), "end", state)


def test_what_only_a_worker_does_is_drawn_but_never_offered() -> None:
    assert "processing --> done : end" in DELIVERY.diagram()
    offered = {step for state in DeliveryState for step in DELIVERY.allowed(delivery(state))}
    assert offered == {"retry", "dismiss"}
