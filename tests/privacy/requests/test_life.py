"""The life of a privacy request, through the API."""

from tests.privacy.requests.asking import REQUESTS, asked, code_in, identified, mails, read, step
from tests.world import Client


def test_a_request_is_written_down_with_its_number_and_its_clock(acme: Client) -> None:
    request = asked(acme, statement="Please tell me.")
    assert request["number"].startswith("PR-")
    assert (request["status"], request["lane"], request["channel"]) == ("received", "tenant", "officer")
    assert request["clock_share"] == 0
    assert request["law_source"].startswith("GDPR Art. 12(3)")
    assert request["allowed_transitions"] == ["acknowledge", "update", "extend", "withdraw", "cancel"]
    assert acme.get(REQUESTS).ok()["data"] == [read(acme, request)]


def test_a_code_by_mail_proves_the_identity(acme: Client) -> None:
    address = f"ada.{acme.tenant}@example.com"
    request = asked(acme, subject={"emails": [address]})
    step(acme, request, "acknowledge").ok()
    assert step(acme, request, "send-code").ok()["mail"] == "waiting"
    acme.world.settle()
    assert read(acme, request)["mail"] == "sent"
    assert len(mails(address)) == 1
    assert step(acme, request, "verify-code", {"code": code_in(address)}).ok()["is_accepted"] is True
    found = read(acme, request)
    assert (found["status"], found["identity_how"]) == ("scoping", "mail_code")
    [disclosure] = acme.get(f"/v1/disclosures?about={request['id']}").ok()["data"]
    assert (disclosure["recipient"], disclosure["fields"]) == ("mail", ["email"])


def test_a_refusal_is_closed_and_says_why(acme: Client) -> None:
    request = identified(acme)
    body = {"outcome": "refuse", "reason": "not_concerned", "text": "We know nothing of you."}
    assert step(acme, request, "decide", body).ok()["status"] == "decided"
    closed = step(acme, request, "close").ok()
    assert closed["status"] == "closed"
    assert closed["first_response_at"] == closed["closed_at"]
    assert closed["subject"] == {"name": "Ada", "emails": [], "phones": [], "document_ids": [], "external_ids": []}
    assert closed["clock_share"] is None
