"""What is agreed with customers and vendors."""

from tests.factories import shop
from tests.parties.people import OTHER_VAT, VAT, customer, found, read, vendor
from tests.world import Client

LIMIT = {"amount": "5000.00", "currency": "EUR"}


def test_a_credit_limit_is_seen_and_set_only_with_its_permission(acme: Client) -> None:
    firm = customer(acme, credit_limit=LIMIT)
    path, sales, accounting = f"/v1/customers/{firm['id']}", acme.as_("sales"), acme.as_("accounting")
    assert accounting.get(path).ok()["credit_limit"] == LIMIT
    assert sales.get(path).ok()["credit_limit"] is None
    assert [each["credit_limit"] for each in sales.get("/v1/customers").ok()["data"]] == [None]
    changed = sales.patch(path, {"group": "retail"}, etag=1).ok()
    assert changed["credit_limit"] is None
    assert accounting.get(path).ok()["credit_limit"] == LIMIT
    sales.patch(path, {"credit_limit": LIMIT}, etag=2).refused(403, "forbidden")
    sales.patch(path, {"credit_limit": None}, etag=2).refused(403, "forbidden")
    sales.post("/v1/customers", {"kind": "company", "name": "x", "credit_limit": LIMIT}).refused(403, "forbidden")
    sales.post("/v1/customers", {"kind": "company", "name": "x", "credit_limit": None}).ok()
    assert accounting.patch(path, {"credit_limit": None}, etag=2).ok()["credit_limit"] is None
    archived = sales.post(f"{path}/archive", etag=3).ok()
    assert archived["credit_limit"] is None


def test_the_terms_of_a_customer_are_stored_and_each_wrong_one_is_told(acme: Client) -> None:
    place = shop(acme)
    terms = {
        "price_list_id": acme.post("/v1/price-lists", {"code": "A", "name": "A", "currency": "EUR"}).ok()["id"],
        "group": "Retail",
        "tax_treatment": "exempt",
        "tax_exemption": {"reason": "Resale", "number": "R-1"},
        "default_warehouse_id": place.warehouse,
    }
    firm = customer(acme, **terms)
    assert {name: read(acme, firm)[name] for name in terms} == terms
    wrong = {
        "kind": "company",
        "name": "x",
        "contacts": [{"role": "x"}],
        "tax_ids": [{**VAT, "tax_number": "DE129273399"}],
        "credit_limit": {"amount": "1.005", "currency": "EUR"},
        "tax_treatment": "exempt",
        "default_warehouse_id": "wh_" + "0" * 26,
    }
    problem = acme.post("/v1/customers", wrong).refused(422, "invalid")
    assert {error["pointer"] for error in problem["errors"]} == {
        "/contacts/0",
        "/tax_ids/0/tax_number",
        "/credit_limit/amount",
        "/tax_exemption",
        "/default_warehouse_id",
    }
    taxable = acme.patch(f"/v1/customers/{firm['id']}", {"tax_treatment": "taxable"}, etag=1).refused(422, "invalid")
    assert taxable["errors"][0]["code"] == "not_exempt"
    cleared = {"tax_treatment": "taxable", "tax_exemption": None}
    assert acme.patch(f"/v1/customers/{firm['id']}", cleared, etag=1).ok()["tax_exemption"] is None


def test_a_minimum_order_has_the_places_of_its_currency(acme: Client) -> None:
    body = {"kind": "company", "name": "x", "minimum_order": {"amount": "10.5", "currency": "JPY"}}
    problem = acme.post("/v1/vendors", body).refused(422, "invalid")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [("/minimum_order/amount", "too_precise")]


def test_customers_are_listed_by_status_kind_and_group(acme: Client) -> None:
    firm = customer(acme, group="Retail")
    ada = customer(acme, kind="person", name="Ada", group="retail")
    other = customer(acme, group="Trade")
    assert found(acme, "group=RETAIL") == [ada["id"], firm["id"]]
    assert found(acme, "group=RETAIL&kind=person") == [ada["id"]]
    assert found(acme, "kind=company&status=active") == [other["id"], firm["id"]]
    acme.get("/v1/vendors?group=retail").refused(400, "bad_request")


def test_tax_ids_are_checked_and_found_however_they_are_spelled(acme: Client) -> None:
    firm = customer(acme, tax_ids=[{**VAT, "tax_number": "DE 129.273-398"}])
    vendor(acme, tax_ids=[OTHER_VAT])
    for spelled in ("DE129273398", "129273398", "de%20129%20273%20398"):
        assert found(acme, f"tax_id={spelled}") == [firm["id"]], spelled
    assert read(acme, firm)["tax_ids"][0]["tax_number"] == "DE 129.273-398"
    twice = {"kind": "company", "name": "x", "tax_ids": [VAT, {**VAT, "tax_number": "129273398"}]}
    problem = acme.post("/v1/customers", twice).refused(422, "invalid")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [("/tax_ids/1", "repeated")]


def test_a_language_is_a_tag(acme: Client) -> None:
    assert customer(acme, language="pt-BR")["language"] == "pt-BR"
    for wrong in ("xx", "PT-br", "german", "de-QQ", "de_DE"):
        body = {"kind": "company", "name": "x", "language": wrong}
        problem = acme.post("/v1/customers", body).refused(422, "invalid")
        assert [each["pointer"] for each in problem["errors"]] == ["/language"], wrong
