"""Tax codes through the API."""

from typing import Any

import pytest

from chalicelib.access.roles import READERS, Role
from chalicelib.catalog.tax_codes import service
from chalicelib.kernel import ids
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import Invalid
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.work import Work
from tests.world import Client

RATE = {"country": "DE", "percent": "19"}


def made(client: Client, code: str = "VAT", **fields: Any) -> Any:
    return client.post("/v1/tax-codes", {"code": code, "name": code, "rates": [RATE], **fields}).ok()


def work_of(client: Client) -> Work:
    return Work(Call.system(Tenant(client.tenant), "test"))


def test_a_tax_code_is_made_read_changed_archived_and_restored(acme: Client) -> None:
    rate = {"country": "US", "region": "CA", "percent": "7.25", "valid_from": "2026-01-01", "valid_to": "2026-12-31"}
    made_code = made(acme, rates=[RATE, rate])
    path = f"/v1/tax-codes/{made_code['id']}"
    assert made_code["rates"][1] == {**rate, "name": None}
    assert (made_code["kind"], made_code["status"], made_code["allowed_transitions"]) == (
        "standard",
        "active",
        ["archive"],
    )
    assert acme.get(path).ok() == made_code
    changed = acme.patch(path, {"name": "Sales tax", "rates": []}, etag=1).ok()
    assert (changed["name"], changed["rates"], changed["version"]) == ("Sales tax", [], 2)
    acme.patch(path, {"name": "x"}, etag=1).refused(412, "precondition_failed")
    assert acme.post(f"{path}/archive", etag=2).ok()["status"] == "archived"
    acme.post(f"{path}/archive", etag=3).refused(409, "transition_refused")
    assert acme.post(f"{path}/restore", etag=3).ok()["status"] == "active"


def test_no_two_tax_codes_have_the_same_code_in_any_case(acme: Client) -> None:
    first = made(acme, "VAT-19")
    problem = acme.post("/v1/tax-codes", {"code": "vat-19 ", "name": "x"}).refused(409, "already_exists")
    assert problem["errors"][0]["message"] == f"This code belongs to another tax code: {first['id']}."
    other = made(acme, "VAT-7")
    acme.patch(f"/v1/tax-codes/{other['id']}", {"code": "VAT-19"}, etag=1).refused(409, "already_exists")
    acme.patch(f"/v1/tax-codes/{first['id']}", {"code": "VAT-20"}, etag=1).ok()
    assert acme.patch(f"/v1/tax-codes/{other['id']}", {"code": "Vat-19"}, etag=1).ok()["code"] == "Vat-19"


def test_all_errors_of_a_tax_code_are_told_at_once_and_nothing_is_made(acme: Client) -> None:
    rates = [
        RATE,
        {**RATE, "percent": "7"},
        {**RATE, "country": "FR", "valid_from": "2026-02-01", "valid_to": "2026-01-01"},
    ]
    problem = acme.post("/v1/tax-codes", {"code": "A", "name": "A", "rates": rates}).refused(422, "invalid")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [
        ("/rates/1", "overlapping"),
        ("/rates/2/valid_to", "empty_period"),
    ]
    assert acme.get("/v1/tax-codes").ok()["data"] == []


def test_values_of_another_form_are_told_in_words(acme: Client) -> None:
    rate = {"country": "XX", "percent": "101", "valid_from": "1.1.2026", "valid_to": 5}
    problem = acme.post("/v1/tax-codes", {"code": "A", "name": "A", "rates": [rate]}).refused(422, "invalid")
    assert [(each["pointer"], each["code"], each["message"]) for each in problem["errors"]] == [
        (
            "/rates/0/country",
            "unknown_country",
            "Use a country code of ISO 3166-1, such as DE, or ZZ when the country is unknown.",
        ),
        ("/rates/0/percent", "out_of_range", "Use a number from 0 to 100."),
        ("/rates/0/valid_from", "invalid_format", "Use a date such as 2026-11-30."),
        ("/rates/0/valid_to", "wrong_type", "Use a date such as 2026-11-30."),
    ]


def test_a_change_of_the_kind_checks_the_rates_that_it_has(acme: Client) -> None:
    code = made(acme)
    problem = acme.patch(f"/v1/tax-codes/{code['id']}", {"kind": "exempt"}, etag=1).refused(422, "invalid")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [("/rates/0/percent", "not_zero")]
    acme.patch(f"/v1/tax-codes/{code['id']}", {"kind": "exempt", "rates": []}, etag=1).ok()


def test_tax_codes_are_listed_by_code_kind_status_and_country(acme: Client) -> None:
    made(acme, "B")
    made(acme, "a", kind="zero", rates=[])
    french = made(acme, "C", rates=[{"country": "FR", "percent": "20"}])
    acme.post(f"/v1/tax-codes/{french['id']}/archive", etag=1).ok()

    def codes(query: str) -> list[str]:
        return [each["code"] for each in acme.get(f"/v1/tax-codes{query}").ok()["data"]]

    assert codes("") == ["B", "a", "C"]
    assert codes("?sort=code") == ["a", "B", "C"]
    assert codes("?sort=-code&status=active") == ["B", "a"]
    assert codes("?code=A") == ["a"]
    assert codes("?kind=zero") == ["a"]
    assert codes("?country=FR") == ["C"]
    assert codes("?country=FR&status=active") == []


def test_items_have_active_tax_codes_and_keep_them_when_they_are_archived(acme: Client) -> None:
    code, other = made(acme, "A"), made(acme, "B")
    item = acme.post("/v1/items", {"sku": "A", "name": "A", "tax_code_id": code["id"]}).ok()
    assert item["tax_code_id"] == code["id"]
    for each in (code, other):
        acme.post(f"/v1/tax-codes/{each['id']}/archive", etag=1).ok()
    path = f"/v1/items/{item['id']}"
    assert acme.patch(path, {"tax_code_id": code["id"], "name": "B"}, etag=1).ok()["tax_code_id"] == code["id"]
    problem = acme.patch(path, {"tax_code_id": other["id"]}, etag=2).refused(422, "invalid")
    assert problem["errors"] == [
        {"pointer": "/tax_code_id", "code": "archived_tax_code", "message": "The tax code is archived."}
    ]
    assert acme.patch(path, {"tax_code_id": None}, etag=2).ok()["tax_code_id"] is None
    missing = {"sku": "B", "name": "B", "tax_code_id": ids.new("txc")}
    problem = acme.post("/v1/items", missing).refused(422, "invalid")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [("/tax_code_id", "unknown_tax_code")]


def test_rows_of_items_have_tax_codes(acme: Client) -> None:
    code = made(acme)
    rows = [
        {"sku": "A", "name": "A", "tax_code": code["code"]},
        {"sku": "B", "name": "B", "tax_code": "NONE"},
    ]
    answer = acme.post("/v1/items/bulk-upsert", {"items": rows}).ok()
    assert [row["outcome"] for row in answer["rows"]] == ["created", "failed"]
    assert answer["rows"][1]["errors"][0]["pointer"] == "/tax_code"
    problem = acme.post("/v1/items/bulk-upsert", {"items": rows, "on_error": "all_or_nothing"}).refused(422, "invalid")
    assert problem["errors"][0]["pointer"] == "/items/1/tax_code"


def test_the_name_of_an_items_tax_code_can_be_included(acme: Client) -> None:
    code = made(acme)
    item = acme.post("/v1/items", {"sku": "A", "name": "A", "tax_code_id": code["id"]}).ok()
    found = acme.get(f"/v1/items/{item['id']}?include=tax_code").ok()["included"]
    assert found == {code["id"]: {"kind": "tax_code", "name": "VAT", "code": "VAT"}}


@pytest.mark.parametrize("role", list(Role))
def test_tax_codes_are_read_by_readers_and_written_by_administrators_and_accounting(acme: Client, role: Role) -> None:
    code = made(acme)
    client = acme.as_(role)
    assert client.get(f"/v1/tax-codes/{code['id']}").status == (200 if role in READERS else 403)
    may_write = role in (Role.ADMIN, Role.ACCOUNTING)
    assert client.post("/v1/tax-codes", {"code": "X", "name": "X"}).status == (201 if may_write else 403)


def test_another_tenants_tax_code_is_not_there(acme: Client) -> None:
    code = made(acme)
    other = acme.world.tenant()
    other.get(f"/v1/tax-codes/{code['id']}").refused(404, "not_found")
    problem = other.post("/v1/items", {"sku": "A", "name": "A", "tax_code_id": code["id"]}).refused(422, "invalid")
    assert problem["errors"][0]["code"] == "unknown_tax_code"
    made(other)


def test_documents_find_tax_codes_by_id_and_code_with_pointers_to_what_is_wrong(acme: Client) -> None:
    code = made(acme, "Vat")
    acme.post(f"/v1/tax-codes/{code['id']}/archive", etag=1).ok()
    work = work_of(acme)
    assert service.ids_by_code(work, ["VAT", "no"]) == {"VAT": code["id"]}
    assert service.known(work, [(code["id"], "/a")])[code["id"]].code == "Vat"
    with pytest.raises(Invalid) as refused:
        service.active(work, [(code["id"], "/a"), ("txc_no", "/b")])
    assert [(each.pointer, each.code) for each in refused.value.errors] == [
        ("/a", "archived_tax_code"),
        ("/b", "unknown_tax_code"),
    ]


def test_rows_add_change_or_leave_tax_codes_and_tell_every_error(acme: Client) -> None:
    code = made(acme)
    rows = [{"code": "vat", "name": "Value added tax"}, {"code": "VAT-2", "name": "B", "rates": [RATE]}]
    answer = acme.post("/v1/tax-codes/bulk-upsert", {"tax_codes": rows}).ok()
    assert [row["outcome"] for row in answer["rows"]] == ["updated", "created"]
    assert answer["rows"][0]["id"] == code["id"]
    assert acme.post("/v1/tax-codes/bulk-upsert", {"tax_codes": rows}).ok()["unchanged"] == 2
    bad = [{"code": "C"}, {"code": "D", "name": "D", "rates": [RATE, RATE]}, {"code": "D", "name": "again"}]
    told = acme.post("/v1/tax-codes/bulk-upsert", {"tax_codes": bad}).ok()["rows"]
    assert [(row["errors"][0]["pointer"], row["errors"][0]["code"]) for row in told] == [
        ("/name", "required"),
        ("/rates/1", "overlapping"),
        ("/code", "repeated"),
    ]
    body = {"tax_codes": [{"code": "E", "name": "E"}, bad[0]], "on_error": "all_or_nothing"}
    problem = acme.post("/v1/tax-codes/bulk-upsert", body).refused(422, "invalid")
    assert [error["pointer"] for error in problem["errors"]] == ["/tax_codes/1/name"]
    assert acme.get("/v1/tax-codes?code=E").ok()["data"] == []
