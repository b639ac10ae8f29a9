"""Customers through the API."""

from typing import Any

from tests.world import Client

ADDRESS = {"kind": "shipping", "lines": ["Main St 1"], "city": "Ulm", "postal_code": "89073", "country": "DE"}
ADA: dict[str, Any] = {
    "kind": "person",
    "name": "Ada Lovelace",
    "contacts": [{"name": "Ada", "email": "Ada@Example.com", "phone": "+49 731 1", "role": "buyer"}],
    "addresses": [ADDRESS, {**ADDRESS, "kind": "billing", "company": "Engines Ltd"}],
    "tax_ids": [{"type": "vat", "country": "DE", "tax_number": "DE129273398"}],
    "currency": "EUR",
    "terms": {"due_days": 30, "code": "NET30"},
    "notes": "Rings twice.",
    "external_refs": [{"system": "crm", "id": "77"}],
}


def test_a_customer_is_created_read_and_listed_newest_first(acme: Client) -> None:
    created = acme.post("/v1/customers", ADA)
    ada = created.ok()
    assert (created.status, created.header("location")) == (201, f"/v1/customers/{ada['id']}")
    assert ada["contacts"] == ADA["contacts"]
    assert ada["addresses"][1]["company"] == "Engines Ltd"
    assert ada["terms"] == {"due_days": 30, "code": "NET30"}
    assert ada["allowed_transitions"] == ["archive", "merge"]
    assert acme.get(f"/v1/customers/{ada['id']}").ok() == ada
    firm = acme.post("/v1/customers", {"kind": "company", "name": "Firm"}).ok()
    assert [customer["id"] for customer in acme.get("/v1/customers").ok()["data"]] == [firm["id"], ada["id"]]


def test_every_wrong_field_of_a_customer_is_told_at_once(acme: Client) -> None:
    bad = {
        "kind": "robot",
        "name": "",
        "contacts": [{"email": "nobody"}],
        "addresses": [{"kind": "shipping", "country": "Germany"}],
        "currency": "euro",
        "terms": {"due_days": -1},
    }
    problem = acme.post("/v1/customers", bad).refused(422, "invalid")
    assert {error["pointer"] for error in problem["errors"]} == {
        "/kind",
        "/name",
        "/contacts/0/email",
        "/addresses/0/country",
        "/currency",
        "/terms/due_days",
    }
    empty = {"kind": "person", "name": "x", "contacts": [{"name": "A"}, {"role": "buyer"}]}
    problem = acme.post("/v1/customers", empty).refused(422, "invalid")
    assert [error["pointer"] for error in problem["errors"]] == ["/contacts/1"]
    assert acme.get("/v1/customers").ok()["data"] == []


def test_a_change_replaces_lists_empties_with_null_and_needs_the_version(acme: Client) -> None:
    ada = acme.post("/v1/customers", ADA).ok()
    path = f"/v1/customers/{ada['id']}"
    acme.patch(path, {"name": "x"}).refused(428, "precondition_required")
    changed = acme.patch(path, {"addresses": [ADDRESS], "tax_ids": [], "notes": ""}, etag=1).ok()
    assert (len(changed["addresses"]), changed["tax_ids"], changed["notes"]) == (1, [], "")
    assert changed["name"] == "Ada Lovelace"
    acme.patch(path, {"name": "x"}, etag=1).refused(412, "precondition_failed")


def test_archive_and_restore_follow_the_state_table(acme: Client) -> None:
    ada = acme.post("/v1/customers", ADA).ok()
    path = f"/v1/customers/{ada['id']}"
    assert acme.post(f"{path}/archive", etag=1).ok()["status"] == "archived"
    assert acme.post(f"{path}/archive", etag=2).refused(409, "transition_refused")["allowed_transitions"] == ["restore"]
    assert [c["id"] for c in acme.get("/v1/customers?status=archived").ok()["data"]] == [ada["id"]]
    assert acme.post(f"{path}/restore", etag=2).ok()["status"] == "active"


def test_several_customers_may_share_an_email_and_are_found_by_it(acme: Client) -> None:
    ada = acme.post("/v1/customers", ADA).ok()
    firm = acme.post("/v1/customers", {"kind": "company", "name": "F", "contacts": [{"email": "ada@example.com"}]}).ok()

    def found(email: str) -> list[str]:
        return [customer["id"] for customer in acme.get(f"/v1/customers?email={email}").ok()["data"]]

    assert found("ADA@example.com") == [ada["id"], firm["id"]]
    assert found("bob@example.com") == []
    acme.patch(f"/v1/customers/{ada['id']}", {"contacts": [{"email": "new@example.com"}]}, etag=1).ok()
    assert found("ada@example.com") == [firm["id"]]
    assert found("new@example.com") == [ada["id"]]
    other = acme.world.tenant()
    assert other.get("/v1/customers?email=ada@example.com").ok()["data"] == []
    refused = acme.get("/v1/customers?email=a@b.c&status=active").refused(400, "bad_request")
    assert "external_id + external_system" in refused["detail"]


def test_an_external_reference_is_unique_and_finds_its_customer(acme: Client) -> None:
    ada = acme.post("/v1/customers", ADA).ok()
    problem = acme.post("/v1/customers", {**ADA, "name": "Twin"}).refused(409, "already_exists")
    assert problem["errors"][0]["pointer"] == "/external_refs"
    listed = acme.get("/v1/customers?external_system=crm&external_id=77").ok()["data"]
    assert [customer["id"] for customer in listed] == [ada["id"]]
    assert acme.get("/v1/customers?external_system=crm&external_id=78").ok()["data"] == []
    acme.get("/v1/customers?external_system=crm").refused(400, "bad_request")


def test_customers_changed_since_a_time_are_listed(acme: Client) -> None:
    ada = acme.post("/v1/customers", ADA).ok()
    assert [c["id"] for c in acme.get("/v1/customers?updated_since=2020-01-01T00:00:00Z").ok()["data"]] == [ada["id"]]
    assert acme.get("/v1/customers?updated_since=2999-01-01T00:00:00Z").ok()["data"] == []


def test_no_address_is_written_into_a_key_or_the_journal(acme: Client) -> None:
    from chalicelib import modules
    from chalicelib.kernel.dynamo import client

    acme.post("/v1/customers", {**ADA, "contacts": [{"email": "canary-7@example.com"}], "name": "Canary-8"}).ok()
    for model in modules.tables():
        for item in client.dynamodb().scan(TableName=model.table_name())["Items"]:
            stored = str(item).lower()
            if model.Meta.table_name.endswith("-parties"):
                stored = str({name: item[name] for name in ("partition", "id")}).lower()
            assert "canary-7" not in stored
            assert "canary-8" not in stored


def test_an_id_that_no_key_could_hold_is_not_found(acme: Client) -> None:
    acme.get("/v1/customers/" + "a" * 3000).refused(404, "not_found")
