"""Every kind as a file: the same file after a round, errors at their columns, harmless cells, and who may."""

from typing import Any

import pytest

from tests.bulk.files import counts, downloaded, errors, exported, imported, prepared, started, table, upload
from tests.parties.people import ADDRESS, OTHER_VAT, VAT
from tests.world import Client

FORMULA = '=HYPERLINK("http://x";1)'
DAY = {"valid_from": "2026-01-01", "valid_to": "2026-06-30"}


def customers(client: Client) -> None:
    client.post("/v1/price-lists", {"code": "DEALER", "name": "D", "currency": "EUR"}).ok()
    client.post("/v1/warehouses", {"code": "MAIN", "name": "M"}).ok()
    full = {
        "number": "K-1",
        "kind": "company",
        "name": FORMULA,
        "legal_name": 'Ärzte; & Söhne, "Ulm"',
        "contacts": [{"name": "Ada", "email": "ada@x.example", "phone": "+49 30 901820"}, {"phone": "-1"}],
        "addresses": [{**ADDRESS, "lines": ["Main St 1", "=2+2", "c/o O'Neil"], "region": "@BW"}, ADDRESS],
        "tax_ids": [VAT, OTHER_VAT],
        "language": "de-CH",
        "notes": "-1\n+2",
        "external_refs": [{"system": "crm", "id": "+7"}, {"system": "shop", "id": "x"}],
        "currency": "EUR",
        "group": "retail",
        "credit_limit": {"amount": "5000.50", "currency": "EUR"},
        "terms": {"due_days": 30, "code": "NET30"},
        "tax_treatment": "exempt",
        "tax_exemption": {"reason": "Resale", "number": "007"},
        "price_list": "DEALER",
        "default_warehouse": "MAIN",
    }
    rows = [full, {"number": "0042", "kind": "person", "name": "Grace"}]
    assert client.post("/v1/customers/bulk-upsert", {"customers": rows}).ok()["created"] == 2
    client.post("/v1/vendors", {"kind": "company", "name": "No customer"}).ok()


def vendors(client: Client) -> None:
    terms = {"lead_time_days": 0, "minimum_order": {"amount": "1", "currency": "EUR"}, "own_customer_number": "=4"}
    row = {"number": "L-1", "kind": "company", "name": "Gears", "addresses": [ADDRESS], "tax_ids": [VAT], **terms}
    client.post("/v1/vendors", row).ok()


def tax_codes(client: Client) -> None:
    rates = [
        {"country": "DE", "percent": "19", **DAY, "name": "@VAT"},
        {"country": "US", "region": "CA", "percent": "7.25"},
    ]
    client.post("/v1/tax-codes", {"code": "=A", "name": "Standard", "description": "+1", "rates": rates}).ok()
    client.post("/v1/tax-codes", {"code": "FREE", "name": "Free", "kind": "exempt"}).ok()


def prices(client: Client) -> None:
    units = [{"unit": "box", "numerator": "12"}]
    items = [{"sku": sku, "name": "x", "units": units} for sku in ("=A", "B")]
    client.post("/v1/items/bulk-upsert", {"items": items}).ok()
    for code in ("@RETAIL", "DEALER"):
        made = client.post("/v1/price-lists", {"code": code, "name": code, "currency": "EUR"}).ok()
        entries = [
            {"unit": "each", "amount": "9.50", **DAY},
            {"unit": "each", "amount": "12.5", "per": "100", "valid_from": "2026-07-01"},
            {"unit": "each", "minimum_quantity": "10", "discount_percent": "2.5"},
            {"unit": "box", "amount": "100"},
        ]
        for sku in ("=A", "B"):
            client.post(f"/v1/price-lists/{made['id']}/prices", {"sku": sku, "entries": entries}).ok()


def items(client: Client) -> None:
    for field, kind in (("waterproof", "boolean"), ("frame", "text"), ("grams", "number")):
        body = {"entity": "item", "code": field, "label": field, "type": kind, "privacy_class": "business"}
        client.post("/v1/custom-fields", body).ok()
    client.post("/v1/tax-codes", {"code": "VAT", "name": "V"}).ok()
    rows: list[Any] = [
        {"sku": "NEW", "name": "new", "custom_fields": {"waterproof": True, "frame": "=steel", "grams": "12.5"}},
        {
            "sku": "OLD",
            "name": "old",
            "replacement_sku": "NEW",
            "tax_code": "VAT",
            "tracking": "lot",
            "hs_code": "87120030",
        },
        {"sku": "KIT", "name": "kit", "kind": "kit", "components": [{"sku": "NEW", "quantity": "2"}]},
        {
            "sku": "FULL",
            "name": "full",
            "barcodes": [{"code": "4006381333931"}, {"code": "123", "unit": "box"}],
            "units": [{"unit": "box", "numerator": "12"}, {"unit": "third", "numerator": "1", "denominator": "3"}],
            "price": {"amount": "12.50", "currency": "EUR", "per": "100"},
            "cost": {"amount": "1", "currency": "EUR"},
            "images": [{"url": "https://x.example/a.jpg", "alt": "-a"}],
            "country_of_origin": "DE",
            "custom_fields": {"waterproof": False},
        },
        {"sku": "WORK", "name": "work", "kind": "service", "unit": "h"},
    ]
    answer = client.post("/v1/items/bulk-upsert", {"items": rows}).ok()
    assert answer["created"] == len(rows), answer


FILLED = {"customers": customers, "vendors": vendors, "tax_codes": tax_codes, "prices": prices, "items": items}


@pytest.mark.parametrize("kind", FILLED)
def test_export_import_export_is_the_same_file_for_every_kind(acme: Client, kind: str) -> None:
    FILLED[kind](acme)
    first = exported(acme, kind=kind)
    rows = len(table(first))
    assert rows > 0
    done = imported(acme, first, kind=kind)
    assert (counts(done), errors(acme, done)) == ((0, 0, rows, 0), [])
    assert exported(acme, kind=kind) == first
    cells = [cell for row in table(first) for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize("kind", ["customers", "tax_codes"])
def test_a_file_makes_the_same_in_another_tenant(acme: Client, kind: str) -> None:
    FILLED[kind](acme)
    first = exported(acme, kind=kind)
    other = acme.world.tenant()
    other.post("/v1/price-lists", {"code": "DEALER", "name": "D", "currency": "EUR"}).ok()
    other.post("/v1/warehouses", {"code": "MAIN", "name": "M"}).ok()
    assert counts(imported(other, first, kind=kind)) == (2, 0, 0, 0)
    assert sorted(exported(other, kind=kind).splitlines()) == sorted(first.splitlines())


def test_kits_find_their_components_by_sku_also_those_of_earlier_rows(acme: Client) -> None:
    lines = [
        "sku,name,kind,components.1.sku,components.1.quantity,components.2.sku,components.2.quantity,tax_code",
        "PART,part,stocked,,,,,",
        "KIT,kit,kit,part,2,,,",
        "BAD,bad,kit,PART,0.5,NONE,1,NO",
        "WORSE,worse,kit,KIT,1,,,",
    ]
    done = imported(acme, "\n".join(lines))
    assert counts(done) == (2, 0, 0, 2)
    assert errors(acme, done) == [
        (4, "components.2.sku", "unknown_sku"),
        (4, "tax_code", "unknown_tax_code"),
        (5, "components.1.sku", "nested_kit"),
    ]


def test_three_hundred_customers_with_some_bad_rows_tell_every_error_and_the_others_are_written(acme: Client) -> None:
    lines = [
        "number,kind,name,contacts.1.email,addresses.1.kind,addresses.1.lines,addresses.1.country,tax_ids.1.type,"
        "tax_ids.1.country,tax_ids.1.tax_number,credit_limit.amount,credit_limit.currency,terms.due_days"
    ]
    lines += [f"K-{n},company,Firm {n},f{n}@x.example,billing,Street {n},DE,,,,{n},EUR,30" for n in range(300)]
    lines[10] = "K-9,alien,Mrs Miller,no address,billing,x,XX,vat,DE,DE129273399,1,EUR,many"
    lines[100] = "K-1,company,Again,,,,,,,,,,"
    lines[200] = ",company,Without,,,,,,,,,,"
    lines[250] = "K-249,company,Taxed,,,,,vat,DE,DE129273399,1.005,EUR,30"
    done = imported(acme, "\n".join(lines), kind="customers")
    assert (done["state"], counts(done)) == ("done", (296, 0, 0, 4))
    assert sorted(errors(acme, done)) == [
        (11, "addresses.1.country", "unknown_country"),
        (11, "contacts.1.email", "invalid_format"),
        (11, "kind", "not_one_of"),
        (11, "terms.due_days", "wrong_type"),
        (101, "number", "repeated"),
        (201, "number", "required"),
        (251, "credit_limit.amount", "too_precise"),
        (251, "tax_ids.1.tax_number", "invalid_tax_id"),
    ]
    report = acme.get(f"/v1/imports/{done['id']}/rows").body
    assert not [cell for cell in (b"Miller", b"no address", b"129273399") if cell in report]
    assert [row["import_row"] for row in table(downloaded(done["error_file"]))] == ["11", "101", "201", "251"]
    assert acme.get("/v1/customers?number=K-299").ok()["data"][0]["contacts"][0]["email"] == "f299@x.example"


def test_a_credit_limit_is_neither_seen_nor_set_without_its_permission(acme: Client) -> None:
    customers(acme)
    sales = acme.as_("sales")
    assert not [name for name in table(exported(sales, kind="customers"))[0] if name.startswith("credit_limit")]
    assert table(exported(acme.as_("accounting"), kind="customers"))[0]["credit_limit.amount"] == "5000.50"
    made = prepared(sales, kind="customers")
    upload(made, b"number,credit_limit.amount,credit_limit.currency\nK-1,1,EUR\n")
    problem = sales.post(f"/v1/imports/{made['id']}/start").refused(422, "invalid")
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [
        ("/columns/credit_limit.amount", "forbidden"),
        ("/columns/credit_limit.currency", "forbidden"),
    ]
    rows = [{"number": "K-1", "credit_limit": None}, {"number": "0042", "group": "retail"}]
    answer = sales.post("/v1/customers/bulk-upsert", {"customers": rows}).ok()
    assert [row["outcome"] for row in answer["rows"]] == ["failed", "updated"]
    assert answer["rows"][0]["errors"][0]["pointer"] == "/credit_limit"
    whole = {"customers": rows, "on_error": "all_or_nothing"}
    sales.post("/v1/customers/bulk-upsert", whole).refused(422, "invalid")
    assert acme.post("/v1/customers/bulk-upsert", whole).ok()["updated"] == 1


WRITERS = {
    "customers": {"admin", "sales", "accounting", "automation"},
    "vendors": {"admin", "purchasing", "accounting", "automation"},
    "tax_codes": {"admin", "accounting"},
    "prices": {"admin", "sales", "automation"},
    "items": {"admin", "purchasing", "production", "automation"},
}


@pytest.mark.parametrize("kind", WRITERS)
def test_a_kind_is_imported_by_who_may_write_it(acme: Client, kind: str) -> None:
    roles = ("admin", "sales", "accounting", "purchasing", "production", "automation", "warehouse", "auditor")
    replies = {role: acme.as_(role).post("/v1/imports", {"kind": kind}) for role in roles}
    assert {role for role, reply in replies.items() if reply.status == 201} == WRITERS[kind]
    assert {reply.status for reply in replies.values()} == {201, 403}


@pytest.mark.parametrize("kind", FILLED)
def test_another_tenant_neither_sees_nor_changes_what_a_file_names(acme: Client, kind: str) -> None:
    FILLED[kind](acme)
    before = exported(acme, kind=kind)
    other = acme.world.tenant()
    assert table(exported(other, kind=kind)) == []
    started(other, before, kind=kind)
    other.world.settle()
    assert exported(acme, kind=kind) == before


def test_prices_tell_every_error_at_its_column_and_need_their_columns(acme: Client) -> None:
    prices(acme)
    lines = [
        "price_list,sku,unit,minimum_quantity,valid_from,amount,discount_percent",
        "DEALER,B,each,20,,8,",
        "NONE,NO,,,,1,",
        "DEALER,B,crate,,,1,",
        "DEALER,B,each,30,,1,5",
        "DEALER,B,each,20,,7,",
        "DEALER,B,each,0,2026-03-01,7,",
        "DEALER,B,each,x,yesterday,7,",
    ]
    done = imported(acme, "\n".join(lines), kind="prices")
    assert counts(done) == (1, 0, 0, 6)
    assert errors(acme, done) == [
        (3, "price_list", "unknown_price_list"),
        (3, "sku", "unknown_sku"),
        (4, "unit", "unknown_unit"),
        (5, "", "amount_or_discount"),
        (6, "sku", "repeated"),
        (7, "", "overlapping"),
        (8, "minimum_quantity", "invalid_format"),
        (8, "valid_from", "invalid_format"),
    ]
    made = prepared(acme, kind="prices")
    upload(made, b"sku,amount\nB,1\n")
    problem = acme.post(f"/v1/imports/{made['id']}/start").refused(422, "invalid")
    assert [error["pointer"] for error in problem["errors"]] == ["/columns/price_list"]


def test_templates_of_all_kinds_can_be_read(acme: Client) -> None:
    for kind in FILLED:
        template = acme.get(f"/v1/import-templates?kind={kind}").ok()
        assert all(column["description"].endswith(".") for column in template["columns"]), kind
        assert len(template["csv"].splitlines()) >= 2
