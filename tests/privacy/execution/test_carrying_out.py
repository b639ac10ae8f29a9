"""What was granted is done by itself: through the API, the feed, the jobs and the schedule."""

import io
import zipfile
from typing import Any

import pytest
import requests

from tests.identity.people import Firm, address
from tests.privacy.persons.planted import EMAIL, NAME, findings, plant
from tests.privacy.persons.test_erasing import erase, traces
from tests.privacy.requests.asking import OWN, REQUESTS, granted, identified, mails, read, step
from tests.privacy.requests.test_time import after, run
from tests.world import Client

SUBJECT = {"name": NAME, "emails": [EMAIL]}


def decided(client: Client, request: Any) -> Any:
    """The request after it was granted and all has happened that happens by itself."""
    step(client, request, "decide", {"outcome": "grant"}).ok()
    client.world.settle()
    return read(client, request)


def erased(client: Client, request: Any) -> Any:
    """The request after its erasure has cooled off and was done."""
    with after(3.1):
        run(client.tenant)
    client.world.settle()
    return read(client, request)


def test_the_data_is_looked_for_as_soon_as_it_is_known_who_asks(acme: Client) -> None:
    plant(acme)
    request = identified(acme, subject=SUBJECT)
    found = acme.get(f"/v1/privacy/searches/{request['search_id']}").ok()
    assert (found["state"], found["request_id"]) == ("found", request["id"])
    assert {each["table"] for each in found["counts"]} >= {"parties", "sales_order_contents"}


def test_nobody_grants_what_he_has_not_seen(acme: Client) -> None:
    request = identified(acme, kind="access", subject={"external_ids": [{"system": "legacy", "external_id": "C-1"}]})
    assert request["search_id"] is None
    problem = step(acme, request, "decide", {"outcome": "grant"}).refused(422, "invalid")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [("/outcome", "not_searched")]
    plant(acme)
    named = identified(acme, kind="access", subject={"name": NAME})
    problem = step(acme, named, "decide", {"outcome": "grant"}).refused(422, "invalid")
    assert [each["code"] for each in problem["errors"]] == ["findings_undecided"]


def test_a_package_is_made_and_an_officer_hands_it_over(acme: Client) -> None:
    plant(acme)
    request = decided(acme, identified(acme, subject=SUBJECT))
    assert request["status"] == "notifying_recipients"
    assert request["allowed_transitions"] == ["record-recipient", "deliver"]
    link = acme.post(f"/v1/privacy/searches/{request['search_id']}/package/link", {}).ok()
    with zipfile.ZipFile(io.BytesIO(requests.get(link["url"], timeout=10).content)) as package:
        assert "index.html" in package.namelist()
    assert step(acme, request, "deliver").ok()["status"] == "delivered"
    assert step(acme, request, "close").ok()["status"] == "closed"


def test_a_user_fetches_what_is_stored_of_him(acme: Client) -> None:
    firm, email = Firm(acme.world, acme.tenant), address()
    _, account = firm.join(acme, email, "sales")
    person = firm.login(account)
    request = person.post(OWN, {"kind": "access"}).ok()
    acme.world.settle()
    done = decided(acme, request)
    assert done["status"] == "delivered"
    assert "Log in to fetch" in mails(email)[-1].body
    link = person.post(f"{OWN}/{request['id']}/package", {}).ok()
    with zipfile.ZipFile(io.BytesIO(requests.get(link["url"], timeout=10).content)) as package:
        assert email in "".join(package.read(name).decode() for name in package.namelist())
    acme.as_("sales").post(f"{OWN}/{request['id']}/package", {}).refused(404, "not_found")


def test_before_the_answer_there_is_no_package(acme: Client) -> None:
    request = acme.post(OWN, {"kind": "access"}).ok()
    acme.post(f"{OWN}/{request['id']}/package", {}).refused(409, "conflict")


def test_an_erasure_is_done_after_three_days_and_the_person_is_told(acme: Client) -> None:
    plant(acme)
    acme.world.settle()
    request = decided(acme, identified(acme, kind="erasure", subject=SUBJECT))
    assert request["status"] == "cooling_off"
    assert EMAIL in acme.get("/v1/customers").body.decode()
    done = erased(acme, request)
    assert (done["status"], done["failed_in"]) == ("closed", None)
    assert {each["table"] for each in done["erased"]["erased"]} >= {"parties", "sales_order_contents"}
    assert done["erased"]["kept"], "a running retention keeps the address of an invoice"
    assert done["subject"] == {"name": None, "emails": [], "phones": [], "document_ids": [], "external_ids": []}
    assert "Your data was erased" in mails(EMAIL)[-1].body
    assert traces(acme, EMAIL, besides="none") == []
    search = acme.get(f"/v1/privacy/searches/{done['search_id']}").ok()
    assert (search["state"], search["names"], search["emails"]) == ("forgotten", [], [])
    assert acme.get(f"/v1/privacy/searches/{done['search_id']}/findings").ok()["data"] == []


def test_what_was_erased_by_hand_before_is_told(acme: Client) -> None:
    acme.post("/v1/customers", {"kind": "person", "name": "Ada", "contacts": [{"email": EMAIL}]}).ok()
    request = identified(acme, kind="erasure", subject=SUBJECT)
    assert erase(acme, request["search_id"])["state"] == "erased"
    decided(acme, request)
    assert erased(acme, request)["status"] == "closed"


def test_an_appeal_begins_a_new_search_and_is_carried_out_anew(acme: Client) -> None:
    plant(acme)
    request = identified(acme, subject=SUBJECT)
    first = request["search_id"]
    step(acme, request, "decide", {"outcome": "refuse", "reason": "unfounded"}).ok()
    step(acme, request, "close").ok()
    acme.world.settle()
    assert acme.get(f"/v1/privacy/searches/{first}").ok()["state"] == "forgotten"
    step(acme, request, "appeal").ok()
    acme.world.settle()
    again = read(acme, request)
    assert again["search_id"] not in (None, first)
    for found in findings(acme, again["search_id"], "&waiting=true"):
        path = f"/v1/privacy/searches/{again['search_id']}/findings/{found['id']}/include"
        acme.post(path, {}, etag="*").ok()
    assert decided(acme, again)["status"] == "notifying_recipients"


def test_a_request_that_is_withdrawn_leaves_nothing_of_its_search(acme: Client) -> None:
    request = identified(acme, subject={"emails": ["only.asked@example.com"]})
    step(acme, request, "withdraw").ok()
    acme.world.settle()
    assert traces(acme, "only.asked@example.com", besides="none") == []


def test_the_account_of_a_user_goes_with_his_data(acme: Client) -> None:
    firm, email = Firm(acme.world, acme.tenant), address()
    user, account = firm.join(acme, email, "sales")
    request = firm.login(account).post(OWN, {"kind": "erasure"}).ok()
    acme.world.settle()
    decided(acme, request)
    done = erased(acme, request)
    assert done["status"] == "closed", done
    gone = acme.get(f"/v1/users/{user['id']}").ok()
    assert (gone["status"], gone["given_name"], gone["email"]) == ("removed", None, None)
    assert traces(acme, email) == []


def test_the_last_administrator_stays(acme: Client) -> None:
    firm = Firm(acme.world, acme.tenant)
    user, _ = firm.join(acme, address(), "admin")
    request = identified(acme, kind="erasure", subject={"document_ids": [user["id"]]})
    decided(acme, request)
    failed = erased(acme, request)
    assert (failed["status"], failed["failed_in"]) == ("failed_retryable", "executing")
    assert acme.get(f"/v1/users/{user['id']}").ok()["status"] == "active"
    firm.join(acme, address(), "admin")
    step(acme, failed, "retry").ok()
    acme.world.settle()
    assert read(acme, request)["status"] == "notifying_recipients"


def test_a_correction_is_made_and_search_finds_the_new_name(acme: Client) -> None:
    customer = acme.post("/v1/customers", {"kind": "person", "name": "Ada Lovelac"}).ok()
    correction = {"document_id": customer["id"], "field": "name", "proposed_value": "Augusta Lovelace"}
    request = decided(acme, identified(acme, kind="correction", correction=[correction]))
    assert request["status"] == "delivered"
    assert "corrected" in mails("ada@example.com")[-1].body
    assert acme.get(f"/v1/customers/{customer['id']}").ok()["name"] == "Augusta Lovelace"
    assert [each["id"] for each in acme.get("/v1/search?q=augusta").ok()["data"]] == [customer["id"]]
    entries = acme.get("/v1/audit?event=party.updated").ok()["data"]
    assert [(each["entity_id"], each["fields"]) for each in entries] == [(customer["id"], ["name"])]


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("credit_limit", "1", "/correction/0/field"),
        ("contacts.0.email", "new@example.com", "/correction/0/field"),
        ("name", None, "/correction/0/proposed_value"),
        ("contacts", "x", "/correction/0/proposed_value"),
    ],
)
def test_a_correction_that_cannot_be_made_is_refused_at_once(
    acme: Client, field: str, value: str | None, pointer: str
) -> None:
    customer = acme.post("/v1/customers", {"kind": "person", "name": "Ada"}).ok()
    body = {
        "kind": "correction",
        "law": "gdpr",
        "subject": {"name": "Ada"},
        "correction": [{"document_id": customer["id"], "field": field, "proposed_value": value}],
    }
    problem = acme.post(REQUESTS, body).refused(422, "invalid")
    assert [each["pointer"] for each in problem["errors"]] == [pointer]


def test_a_restriction_stops_search_and_is_shown_to_who_sends_advertising(acme: Client) -> None:
    customer = acme.post(
        "/v1/customers", {"kind": "person", "name": "Ada Restricted", "contacts": [{"email": "ada.r@example.com"}]}
    ).ok()
    acme.world.settle()
    assert acme.get("/v1/search?q=restricted").ok()["data"]
    request = identified(acme, kind="restriction", subject={"emails": ["ada.r@example.com"]})
    assert decided(acme, request)["status"] == "delivered"
    found = acme.get(f"/v1/customers/{customer['id']}").ok()
    assert found["restricted_uses"] == ["marketing", "search"]
    assert acme.get("/v1/search?q=restricted").ok()["data"] == []
    path = f"/v1/privacy/parties/{customer['id']}/restrict"
    acme.as_("sales").post(path, {"restricted_uses": []}, etag="*").refused(403, "forbidden")
    assert acme.post(path, {"restricted_uses": []}, etag="*").ok()["restricted_uses"] == []
    acme.world.settle()
    assert acme.get("/v1/search?q=restricted").ok()["data"]


def test_an_objection_stops_advertising_alone_and_needs_somebody_who_has_a_record(acme: Client) -> None:
    nobody = identified(acme, kind="objection", subject={"emails": ["nobody@example.com"]})
    problem = step(acme, nobody, "decide", {"outcome": "grant"}).refused(422, "invalid")
    assert [each["code"] for each in problem["errors"]] == ["nothing_to_restrict"]
    customer = acme.post("/v1/customers", {"kind": "person", "name": "Ada"}).ok()
    request = identified(acme, kind="objection", subject={"document_ids": [customer["id"]]})
    decided(acme, request)
    assert acme.get(f"/v1/customers/{customer['id']}").ok()["restricted_uses"] == ["marketing"]


def test_who_has_the_data_too_is_told_before_the_person_is(acme: Client) -> None:
    reference = {"system": "shopify:acme.myshopify.com:customer", "id": "4711"}
    customer = acme.post("/v1/customers", {"kind": "person", "name": "Ada", "external_refs": [reference]}).ok()
    request = granted(acme, kind="objection", subject={"document_ids": [customer["id"]], "emails": [EMAIL]})
    acme.world.settle()
    waiting = read(acme, request)
    assert waiting["status"] == "notifying_recipients"
    assert waiting["recipients"] == [{"name": "shopify:acme.myshopify.com", "told_at": None, "receipt": ""}]
    step(acme, waiting, "deliver").refused(409, "transition_refused")
    step(acme, waiting, "record-recipient", {"recipient": "The printer of our letters"}).ok()
    body = {"recipient": "shopify:acme.myshopify.com", "receipt": "Ticket 12"}
    step(acme, waiting, "record-recipient", body).ok()
    acme.world.settle()
    done = read(acme, request)
    told = {each["name"]: each["receipt"] for each in done["recipients"]}
    assert told == {"shopify:acme.myshopify.com": "Ticket 12", "The printer of our letters": ""}
    assert done["status"] == "delivered"
