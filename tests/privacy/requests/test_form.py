"""The public form: whoever has the link may use it, and nothing tells what is known of anybody."""

import json
from typing import Any

import pytest

from chalicelib.kernel import quotas
from chalicelib.privacy.forms import service
from tests.privacy.requests.asking import FORMS, REQUESTS, code_in, form, mails, posted, read, step
from tests.world import Client, Reply

NOBODY = "prq_01aaaaaaaaaaaaaaaaaaaaaaaa"


def wanted(client: Client, name: str = "ada") -> dict[str, Any]:
    return {"kind": "erasure", "name": "Ada", "email": f"{name}.{client.tenant}@example.com"}


def told(reply: Reply) -> Any:
    """What an answer tells, without what is different in each: ids and times."""
    headers = {name.lower() for name in reply.headers}
    document = {name: "…" if name in ("id", "received_at", "due_at") else value for name, value in reply.ok().items()}
    return reply.status, headers, document


def test_a_form_says_whose_it_is_and_what_can_be_asked(acme: Client) -> None:
    found = acme.world.anonymous().get(form(acme)).ok()
    assert found["company"] == acme.get("/v1/tenant").ok()["name"]
    assert "erasure" in found["kinds"]
    assert "lgpd" in found["laws"]


def test_a_person_asks_and_proves_the_address(acme: Client) -> None:
    link, body = form(acme), wanted(acme)
    receipt = posted(acme, f"{link}/requests", {**body, "statement": "Please."})
    assert receipt.status == 202
    acme.world.settle()
    request = acme.get(f"{REQUESTS}/{receipt.json['id']}").ok()
    assert (request["status"], request["channel"], request["lane"]) == ("awaiting_identity", "form", "tenant")
    assert (request["created_by"], request["mail"], request["gpc"]) == ("system:privacy_form", "sent", False)
    code = code_in(body["email"])
    path = f"{link}/requests/{request['id']}/verify-code"
    wrong = f"{(int(code) + 1) % 10**8:08}"
    assert posted(acme, path, {"code": wrong}).ok() == {"is_accepted": False, "tries_left": 2}
    assert posted(acme, path, {"code": code}).ok() == {"is_accepted": True, "tries_left": 0}
    assert read(acme, request)["identity_how"] == "mail_code"


def test_the_door_answers_alike_for_known_and_unknown_persons(acme: Client) -> None:
    link = form(acme)
    known, unknown = wanted(acme, "known"), wanted(acme, "unknown")
    acme.post("/v1/customers", {"kind": "person", "name": "Ada", "contacts": [{"email": known["email"]}]}).ok()
    first, second = (posted(acme, f"{link}/requests", body) for body in (known, unknown))
    assert told(first) == told(second)
    acme.world.settle()
    assert len(mails(known["email"])) == len(mails(unknown["email"])) == 1
    for name, body in (("send-code", {}), ("verify-code", {"code": "00000000"})):
        answers = {posted(acme, f"{link}/requests/{each.json['id']}/{name}", body).body for each in (first, second)}
        assert len(answers) == 1


def test_what_an_officer_does_is_not_told_at_the_door(acme: Client) -> None:
    """Neither is there a difference between a request that was cancelled, one of another channel, and none."""
    link = form(acme)
    receipt = posted(acme, f"{link}/requests", wanted(acme)).ok()
    step(acme, receipt, "cancel").ok()
    written = acme.post(REQUESTS, {"kind": "access", "law": "gdpr", "subject": {"name": "Ada"}}).ok()
    for name, body in (("send-code", {}), ("verify-code", {"code": "00000000"})):
        paths = [f"{link}/requests/{each}/{name}" for each in (receipt["id"], written["id"], NOBODY)]
        assert len({(reply.status, reply.body) for reply in (posted(acme, path, body) for path in paths)}) == 1


def test_a_request_of_another_tenant_is_none(acme: Client) -> None:
    other = acme.world.tenant()
    receipt = posted(other, f"{form(other)}/requests", wanted(other)).ok()
    other.world.settle()
    path = f"{form(acme)}/requests/{receipt['id']}/verify-code"
    assert posted(acme, path, {"code": code_in(wanted(other)["email"])}).ok() == {"is_accepted": False, "tries_left": 0}
    acme.get(f"{REQUESTS}/{receipt['id']}").refused(404, "not_found")
    assert read(other, receipt)["status"] == "awaiting_identity"


def test_a_new_link_ends_the_one_before(acme: Client) -> None:
    first, second = form(acme), form(acme)
    anonymous = acme.world.anonymous()
    anonymous.get(first).refused(404, "not_found")
    anonymous.get(second).ok()
    posted(acme, f"{first}/requests", wanted(acme)).refused(404, "not_found")
    assert first.rpartition("/")[2] not in acme.get("/v1/audit").body.decode()


def test_global_privacy_control_is_recorded_as_an_objection(acme: Client) -> None:
    reply = posted(acme, f"{form(acme)}/requests", wanted(acme), **{"Sec-GPC": "1"}).ok()
    assert read(acme, reply)["gpc"] is True


def test_a_repetition_with_the_same_key_is_one_request(acme: Client) -> None:
    link = form(acme)
    headers = {"Idempotency-Key": "once"}
    first = posted(acme, f"{link}/requests", wanted(acme), **headers)
    assert posted(acme, f"{link}/requests", wanted(acme), **headers).json == first.json
    posted(acme, f"{link}/requests", wanted(acme, "eve"), **headers).refused(422, "idempotency_key_reused")
    assert len(acme.get(REQUESTS).ok()["data"]) == 1


def test_all_that_is_wrong_is_told_at_once(acme: Client) -> None:
    body = {"kind": "forget", "name": "", "email": "no address", "surprise": 1}
    problem = posted(acme, f"{form(acme)}/requests", body).refused(422, "invalid")
    assert {each["pointer"] for each in problem["errors"]} == {"/kind", "/name", "/email", "/surprise"}
    anonymous = acme.world.anonymous()
    anonymous.call("POST", f"{form(acme)}/requests", b"{}", {"Content-Type": "text/plain"}).refused(
        415, "unsupported_media_type"
    )
    posted(acme, f"{form(acme)}/requests", b"[").refused(400, "bad_request")


def test_a_form_takes_only_so_many_requests_a_day_and_mails_so_many_codes(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = quotas.Allowance(service.REQUESTS.name, "day", 3, service.REQUESTS.meaning)
    monkeypatch.setattr(service, "REQUESTS", few)
    link = form(acme)
    for number in range(3):
        posted(acme, f"{link}/requests", wanted(acme, f"p{number}")).ok()
    posted(acme, f"{link}/requests", wanted(acme, "p4")).refused(409, "quota_reached")
    for _ in range(5):
        request_id = acme.get(REQUESTS).ok()["data"][0]["id"]
        posted(acme, f"{link}/requests/{request_id}/send-code", {}).ok()
        acme.world.settle()
    assert len(mails(wanted(acme, "p2")["email"])) == 3


def test_guessing_at_the_door_ends_after_three_tries(acme: Client) -> None:
    link = form(acme)
    receipt = posted(acme, f"{link}/requests", wanted(acme)).ok()
    acme.world.settle()
    path = f"{link}/requests/{receipt['id']}/verify-code"
    left = [posted(acme, path, {"code": f"{number:08}"}).ok()["tries_left"] for number in range(5)]
    assert left == [2, 1, 0, 0, 0]
    assert read(acme, receipt)["status"] == "verify_failed"


def test_only_who_answers_for_privacy_makes_a_link(acme: Client) -> None:
    acme.as_("privacy_officer").post(FORMS, {}).ok()
    for role in ("auditor", "sales"):
        acme.as_(role).post(FORMS, {}).refused(403, "forbidden")


def test_a_request_by_the_form_counts_in_the_time_of_a_sandbox(acme: Client) -> None:
    sandbox = acme.world.tenant(is_sandbox=True)
    sandbox.post("/v1/sandbox/clock", {"at": "2027-06-01T12:00:00Z", "is_frozen": True}).ok()
    receipt = posted(sandbox, f"{form(sandbox)}/requests", wanted(sandbox)).ok()
    assert receipt["received_at"] == "2027-06-01T12:00:00Z"
    assert receipt["due_at"] == "2027-07-01T23:59:59.999000Z"


def test_nothing_of_the_body_is_in_a_refusal(acme: Client) -> None:
    body = {**wanted(acme), "law": "Zq-none-of-the-laws"}
    assert "Zq-none" not in json.dumps(posted(acme, f"{form(acme)}/requests", body).json)
