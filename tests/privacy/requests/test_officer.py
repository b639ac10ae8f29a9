"""What a privacy officer does, and what he may not."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.kernel import clock, ids
from tests.privacy.requests.asking import REQUESTS, asked, granted, identified, read, step
from tests.world import Client, Reply


def pointers(reply: Reply) -> list[tuple[str, str]]:
    problem = reply.refused(422, "invalid")
    return [(each["pointer"], each["code"]) for each in problem["errors"]]


def ago(**period: float) -> str:
    return clock.text(clock.real() - timedelta(**period))


def test_all_that_is_wrong_with_a_request_is_told_at_once(acme: Client) -> None:
    unknown = ids.new("pty")
    body = {
        "kind": "access",
        "law": "gdpr",
        "subject": {"emails": ["ada@example.com", "ada@example.com"], "document_ids": [unknown, ids.new("usr")]},
        "correction": [{"document_id": unknown, "field": "name", "proposed_value": "Ada"}],
        "received_at": ago(days=-1),
    }
    assert pointers(acme.post(REQUESTS, body)) == [
        ("/subject/emails/1", "repeated"),
        ("/subject/document_ids/0", "not_found"),
        ("/subject/document_ids/1", "not_found"),
        ("/correction/0/document_id", "not_found"),
        ("/correction", "not_for_this_kind"),
        ("/received_at", "out_of_range"),
    ]


def test_documents_of_another_tenant_are_none(acme: Client) -> None:
    other = acme.world.tenant()
    customer = other.post("/v1/customers", {"kind": "person", "name": "Ada"}).ok()
    body = {"kind": "access", "law": "gdpr", "subject": {"document_ids": [customer["id"]]}}
    assert pointers(acme.post(REQUESTS, body)) == [("/subject/document_ids/0", "not_found")]
    assert other.post(REQUESTS, body).status == 201


def test_a_request_of_another_tenant_never_was(acme: Client) -> None:
    other = acme.world.tenant()
    request = asked(other)
    acme.get(f"{REQUESTS}/{request['id']}").refused(404, "not_found")
    acme.post(f"{REQUESTS}/{request['id']}/acknowledge", {}, etag="*").refused(404, "not_found")
    assert acme.get(REQUESTS).ok()["data"] == []


def test_the_clock_began_when_the_request_reached_the_company(acme: Client) -> None:
    request = asked(acme, law="ccpa", received_at=ago(days=9))
    assert request["clock_share"] == pytest.approx(20, abs=2)
    assert request["acknowledge_by"] is not None


def test_the_clock_goes_by_the_time_zone_of_the_tenant(acme: Client) -> None:
    tenant = acme.get("/v1/tenant").ok()
    acme.patch("/v1/tenant", {"time_zone": "America/Los_Angeles"}, etag=tenant["version"]).ok()
    assert asked(acme)["due_at"][10:13] in ("T06", "T07")


def test_a_correction_says_what_is_wrong_before_it_is_granted(acme: Client) -> None:
    customer = acme.post("/v1/customers", {"kind": "person", "name": "Jon Smit"}).ok()
    request = identified(acme, kind="correction")
    assert pointers(step(acme, request, "decide", {"outcome": "grant"})) == [("/outcome", "no_correction")]
    correction = [
        {"document_id": customer["id"], "field": "name", "proposed_value": "Joan Smith", "evidence": "Her passport."}
    ]
    acme.patch(f"{REQUESTS}/{request['id']}", {"correction": correction}, etag="*").ok()
    assert step(acme, request, "decide", {"outcome": "grant"}).ok()["correction"] == correction
    step(acme, request, "hold", {"reason": "claims"}).ok()
    step(acme, request, "release").ok()
    step(acme, request, "decide", {"outcome": "refuse", "reason": "unfounded"}).ok()
    closed = step(acme, request, "close").ok()
    assert closed["correction"] == [{**correction[0], "proposed_value": None, "evidence": ""}]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"outcome": "grant", "reason": "excessive"}, [("/reason", "not_for_this_outcome")]),
        ({"outcome": "partial"}, [("/reason", "required")]),
        ({"outcome": "refuse"}, [("/reason", "required")]),
        ({"outcome": "refuse", "reason": "other"}, [("/text", "required")]),
        ({"outcome": "perhaps", "reason": "mood"}, [("/outcome", "unknown_value"), ("/reason", "unknown_value")]),
    ],
)
def test_a_refusal_needs_its_reason(acme: Client, body: Any, expected: Any) -> None:
    request = identified(acme)
    assert [pointer for pointer, _ in pointers(step(acme, request, "decide", body))] == [each for each, _ in expected]


def test_the_time_is_extended_once_if_the_person_was_told_in_time(acme: Client) -> None:
    request = asked(acme, received_at=ago(days=10))
    for notice in (ago(days=11), ago(days=-1)):
        body = {"reason": "complex", "notice_at": notice}
        assert pointers(step(acme, request, "extend", body)) == [("/notice_at", "out_of_range")]
    told = {"reason": "many_requests", "notice_at": ago(days=1)}
    found = step(acme, request, "extend", told).ok()
    assert found["extended_to"] > found["due_at"]
    assert (found["extension_reason"], found["clock_share"]) == ("many_requests", pytest.approx(11, abs=2))
    step(acme, request, "extend", told).refused(409, "transition_refused")


def test_a_late_notice_extends_nothing(acme: Client) -> None:
    request = asked(acme, received_at=ago(days=40))
    body = {"reason": "complex", "notice_at": ago(days=1)}
    assert pointers(step(acme, request, "extend", body)) == [("/notice_at", "out_of_range")]


@pytest.mark.parametrize("law", ["lgpd", "quebec"])
def test_some_laws_allow_no_extension(acme: Client, law: str) -> None:
    request = asked(acme, law=law)
    assert "extend" not in request["allowed_transitions"]
    step(acme, request, "extend", {"reason": "complex", "notice_at": ago(seconds=1)}).refused(409, "no_extension")


def test_a_duplicate_needs_a_check_of_its_own_and_the_first_one_checked_leads(acme: Client) -> None:
    first, second = identified(acme), asked(acme)
    lead = {"request_id": first["id"]}
    step(acme, second, "mark-duplicate", lead).refused(409, "transition_refused")
    step(acme, second, "acknowledge").ok()
    step(acme, second, "mark-duplicate", lead).refused(409, "transition_refused")
    step(acme, second, "record-identity", {"how": "seen_document"}).ok()
    wrong = {"request_id": second["id"]}
    assert pointers(step(acme, first, "mark-duplicate", wrong)) == [("/request_id", "not_first")]
    assert pointers(step(acme, second, "mark-duplicate", wrong)) == [("/request_id", "not_found")]
    found = step(acme, second, "mark-duplicate", lead).ok()
    assert (found["status"], found["duplicate_of"]) == ("duplicate", first["id"])
    assert found["subject"]["emails"] == []
    assert read(acme, first)["status"] == "scoping"


@pytest.mark.parametrize("case", ["unknown", "other_kind", "not_identified", "ended"])
def test_not_every_request_can_lead(acme: Client, case: str) -> None:
    lead = asked(acme) if case == "not_identified" else identified(acme)
    if case == "ended":
        step(acme, lead, "cancel").ok()
    request = identified(acme, kind="erasure" if case == "other_kind" else "access")
    named = ids.new("prq") if case == "unknown" else lead["id"]
    code = "not_found" if case == "unknown" else case
    assert pointers(step(acme, request, "mark-duplicate", {"request_id": named})) == [("/request_id", code)]


def test_an_appeal_is_decided_anew_in_a_time_of_its_own(acme: Client) -> None:
    request = identified(acme, law="us_state", received_at=ago(days=44))
    step(acme, request, "decide", {"outcome": "refuse", "reason": "unfounded"}).ok()
    step(acme, request, "close").ok()
    found = step(acme, request, "appeal", {"text": "It is not."}).ok()
    assert (found["status"], found["clock_share"], found["closed_at"]) == ("appealed", 0, None)
    assert (found["appealed_decision"]["outcome"], found["appeal_text"]) == ("refuse", "It is not.")
    acme.world.settle()  # which ends the new search
    found = step(acme, request, "decide", {"outcome": "grant"}).ok()
    assert (found["status"], found["decision"]["outcome"]) == ("decided", "grant")
    assert found["appealed_decision"]["outcome"] == "refuse"


def test_what_shows_the_person_is_gone_when_the_request_ends(acme: Client) -> None:
    agent = {"name": "Charles", "email": "charles@example.com", "phone": "1", "evidence": "A letter."}
    subject = {
        "name": "Ada",
        "emails": ["ada@example.com"],
        "phones": ["0123456"],
        "external_ids": [{"system": "legacy", "external_id": "C-4711"}],
    }
    body = {"kind": "access", "law": "gdpr", "subject": subject, "on_behalf_of": agent, "statement": "Please."}
    request = acme.post(REQUESTS, body, key="mine").ok()
    closed = step(acme, request, "cancel").ok()
    assert (closed["subject"]["name"], closed["statement"]) == ("Ada", "")
    assert closed["on_behalf_of"] == {"name": "Charles", "email": None, "phone": None, "evidence": ""}
    assert all(not closed["subject"][name] for name in ("emails", "phones", "external_ids"))
    acme.post(REQUESTS, body, key="mine").refused(410, "answer_erased")


def test_a_name_goes_too_when_the_person_was_erased(acme: Client) -> None:
    from chalicelib.kernel.call import Call
    from chalicelib.kernel.tenant import Tenant
    from chalicelib.kernel.use_case import commit
    from chalicelib.privacy.requests import service
    from tests.access.realm import later_clock

    request = granted(acme, kind="erasure")
    call = Call.system(Tenant(acme.tenant), "engine")
    steps = (service.begin_execution, service.executed, service.verified, service.recipients_told, service.delivered)
    with later_clock() as later:
        later.ahead = 4 * 86_400
        for each in steps:
            commit(call, each, request["id"])
    assert read(acme, request)["subject"]["name"] is None


def test_lists_are_narrowed_by_what_an_officer_looks_for(acme: Client) -> None:
    access, erasure = asked(acme), asked(acme, kind="erasure", law="ccpa")
    step(acme, access, "acknowledge").ok()

    def listed(query: str) -> list[str]:
        return [each["id"] for each in acme.get(f"{REQUESTS}?{query}").ok()["data"]]

    assert listed("") == [erasure["id"], access["id"]]
    assert listed("status=awaiting_identity") == [access["id"]]
    assert listed("kind=erasure&law=ccpa") == [erasure["id"]]
    assert listed("law=lgpd") == []


def test_every_step_is_journaled_without_a_personal_value(acme: Client) -> None:
    request = granted(
        acme, subject={"name": "Zqpersonal", "emails": ["zqpersonal@example.com"]}, statement="Zqpersonal"
    )
    entries = acme.get("/v1/audit").ok()["data"]
    named = [each["event"] for each in entries if each["entity_id"] == request["id"]]
    steps = ("decided", "search_begun", "identified", "acknowledged", "received")
    assert named == [f"privacy_request.{each}" for each in steps]
    assert "zqpersonal" not in acme.get("/v1/audit").body.decode().lower()


def test_who_may_do_what(acme: Client) -> None:
    request = asked(acme.as_("privacy_officer"))
    path = f"{REQUESTS}/{request['id']}"
    assert acme.as_("auditor").get(path).ok()["id"] == request["id"]
    acme.as_("auditor").post(f"{path}/acknowledge", {}, etag="*").refused(403, "forbidden")
    for role in ("sales", "warehouse", "accounting", "analyst"):
        acme.as_(role).get(path).refused(403, "forbidden")
        acme.as_(role).get(REQUESTS).refused(403, "forbidden")


def test_a_step_needs_the_version_that_was_read(acme: Client) -> None:
    request = asked(acme)
    path = f"{REQUESTS}/{request['id']}/acknowledge"
    acme.post(path, {}).refused(428, "precondition_required")
    acme.post(path, {}, etag=7).refused(412, "precondition_failed")
    acme.post(path, {}, etag=1, key="k").ok()
    assert acme.post(path, {}, etag=1, key="k").ok()["version"] == 2
