"""Every edge of a request's life and every edge that there is not, made from the table of the states."""

from typing import Any

import pytest

from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import TransitionRefused
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import commit
from chalicelib.privacy.requests import repository, service
from chalicelib.privacy.requests.decision_schemas import (
    PrivacyDecision,
    PrivacyOutcome,
    PrivacyReason,
    PrivacyRecipient,
)
from chalicelib.privacy.requests.schemas import PrivacyRequestStatus as Status
from chalicelib.privacy.requests.states import PRIVACY_REQUEST
from chalicelib.privacy.requests.tables import PrivacyRequest
from tests.privacy.requests.asking import REQUESTS, asked, identified
from tests.world import Client

PROOFS = {"verify-code", "record-identity", "recognise"}
UNPROVEN = {Status.RECEIVED, Status.AWAITING_IDENTITY, Status.VERIFY_FAILED, Status.EXPIRED}
BODIES: dict[str, dict[str, Any]] = {
    "verify-code": {"code": "00000000"},
    "record-identity": {"how": "seen_document"},
    "hold": {"reason": "claims"},
    "decide": {"outcome": "refuse", "reason": "unfounded"},
    "appeal": {"text": "No."},
    "record-recipient": {"recipient": "shopify:acme.myshopify.com"},
}
COMMANDS = sorted(
    {each.name for steps in PRIVACY_REQUEST.transitions.values() for each in steps if not each.is_automatic}
)
ENGINE = {
    "begin-execution": service.begin_execution,
    "execute": service.executed,
    "verify": service.verified,
    "tell-recipients": service.recipients_told,
    "deliver": service.delivered,
    "fail": service.failed,
    "retry": service.retried,
}


def decision(outcome: PrivacyOutcome) -> PrivacyDecision:
    reason = None if outcome is PrivacyOutcome.GRANT else PrivacyReason.UNFOUNDED
    return PrivacyDecision(outcome=outcome, reason=reason, decided_at=clock.now(), decided_by="somebody")


def placed(
    client: Client,
    request: Any,
    status: Status,
    outcome: PrivacyOutcome = PrivacyOutcome.GRANT,
) -> PrivacyRequest:
    """The request in a state, with what it has there."""
    tenant = Tenant(client.tenant)
    row = repository.read(Call.system(tenant, "test"), request["id"])
    now = clock.now()
    row.status = status
    row.identity_at = None if status in UNPROVEN else now
    row.decision = None if status in UNPROVEN | {Status.SCOPING} else decision(outcome)
    row.recipients = [PrivacyRecipient(name="shopify:acme.myshopify.com")]
    row.cooling_off_until = now if status is Status.COOLING_OFF else None
    row.recipients_told_at = now if status is Status.NOTIFYING_RECIPIENTS else None
    row.failed_in = Status.VERIFYING if status is Status.FAILED_RETRYABLE else None
    row.appealed_at = row.closed_at = None
    row.tries = None
    store.write(store.put(row))
    return row


def targets(status: Status, name: str) -> set[Status]:
    return {target for each in PRIVACY_REQUEST.transitions[status] if each.name == name for target in each.targets}


def test_without_a_proof_of_identity_nothing_is_reached_but_ends() -> None:
    reached, left = set(), [Status.RECEIVED]
    while left:
        state = left.pop()
        if state not in reached:
            reached.add(state)
            steps = PRIVACY_REQUEST.transitions[state]
            left += [target for each in steps if each.name not in PROOFS for target in each.targets]
    # A closed one can be appealed against only if it was decided, which the guards look at.
    guarded = {
        name for name, guard in PRIVACY_REQUEST.guards.items() if "identity" in guard.meaning or name == "appeal"
    }
    assert {"decide", "mark-duplicate", "appeal"} <= guarded
    beyond = {target for state in UNPROVEN for each in PRIVACY_REQUEST.transitions[state] for target in each.targets}
    assert beyond - UNPROVEN == {Status.SCOPING, Status.WITHDRAWN, Status.CANCELLED, Status.CLOSED}
    assert Status.SCOPING not in {
        target
        for state in UNPROVEN
        for each in PRIVACY_REQUEST.transitions[state]
        if each.name not in PROOFS
        for target in each.targets
    }


@pytest.mark.parametrize("name", [each for each in COMMANDS if each not in ("extend", "update", "mark-duplicate")])
def test_a_command_leads_where_the_table_says_and_is_refused_elsewhere(acme: Client, name: str) -> None:
    request = asked(acme)
    taken = 0
    for status in Status:
        outcome = PrivacyOutcome.REFUSE if name == "close" else PrivacyOutcome.GRANT
        row = placed(acme, request, status, outcome)
        allowed = PRIVACY_REQUEST.allowed(row)
        assert acme.get(f"{REQUESTS}/{row.id}").ok()["allowed_transitions"] == allowed
        reply = acme.post(f"{REQUESTS}/{row.id}/{name}", BODIES.get(name, {}), etag="*")
        if name in allowed:
            reply.ok()
            assert Status(acme.get(f"{REQUESTS}/{row.id}").ok()["status"]) in targets(status, name), status
            taken += 1
        else:
            problem = reply.refused(409, "transition_refused")
            assert problem["current_status"] == status
            assert acme.get(f"{REQUESTS}/{row.id}").ok()["status"] == status
    assert taken == len([status for status in Status if targets(status, name)])


@pytest.mark.parametrize("name", ENGINE)
def test_a_step_of_the_engine_leads_where_the_table_says_and_is_refused_elsewhere(acme: Client, name: str) -> None:
    request = asked(acme, kind="erasure")
    call = Call.system(Tenant(acme.tenant), "engine")
    taken = 0
    for status in Status:
        row = placed(acme, request, status)
        if status is Status.DECIDED:
            row.cooling_off_until = clock.now()
            store.write(store.put(row))
        if targets(status, name):
            commit(call, ENGINE[name], row.id)
            assert repository.read(call, row.id).status in targets(status, name)
            taken += 1
        else:
            with pytest.raises(TransitionRefused):
                commit(call, ENGINE[name], row.id)
            assert repository.read(call, row.id).status is status
    assert taken > 0


def test_what_was_refused_is_never_begun(acme: Client) -> None:
    request = asked(acme)
    call = Call.system(Tenant(acme.tenant), "engine")
    placed(acme, request, Status.DECIDED, PrivacyOutcome.REFUSE)
    with pytest.raises(TransitionRefused):
        commit(call, service.begin_execution, request["id"])


def test_what_was_granted_cannot_be_closed_before_it_is_done(acme: Client) -> None:
    request = identified(acme)
    placed(acme, request, Status.DECIDED)
    acme.post(f"{REQUESTS}/{request['id']}/close", {}, etag="*").refused(409, "transition_refused")


def test_nobody_whose_identity_was_not_checked_is_decided_about_in_any_state(acme: Client) -> None:
    request, lead = asked(acme), identified(acme)
    for status in Status:
        row = placed(acme, request, status)
        row.identity_at = None
        store.write(store.put(row))
        for name in ("decide", "mark-duplicate"):
            body = BODIES["decide"] if name == "decide" else {"request_id": lead["id"]}
            acme.post(f"{REQUESTS}/{row.id}/{name}", body, etag="*").refused(409, "transition_refused")
        with pytest.raises(TransitionRefused):
            commit(Call.system(Tenant(acme.tenant), "engine"), service.begin_execution, row.id)
