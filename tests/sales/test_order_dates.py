"""Dates, months and years of orders are those of the company, not of the entry in UTC (case 13 of erp)."""

from datetime import date
from typing import Any

import pytest

from chalicelib.kernel.calendars import Calendar
from tests.factories import Shop, shop
from tests.world import Client


@pytest.fixture
def here(acme: Client) -> Shop:
    """A shop of a company in New York whose fiscal year begins in April."""
    settings = {"time_zone": "America/New_York", "fiscal_year_start": 4}
    acme.patch("/v1/tenant", settings, etag=acme.get("/v1/tenant").etag).ok()
    return shop(acme)


def dated(here: Shop, ordered_at: str, **fields: Any) -> Any:
    return here.order((here.item()["id"], 1), ordered_at=ordered_at, **fields)


def months(client: Client, **query: str) -> dict[str, list[str]]:
    """The ids of the orders of each month."""
    more = "".join(f"&{name}={value}" for name, value in query.items())
    found = {month: client.get(f"/v1/sales-orders?month={month}{more}") for month in ("2026-09", "2026-10", "2026-11")}
    return {month: [order["id"] for order in reply.ok()["data"]] for month, reply in found.items()}


def test_an_order_is_in_the_month_of_its_date_in_the_time_zone_of_the_company(acme: Client, here: Shop) -> None:
    customer = acme.post("/v1/customers", {"kind": "person", "name": "Ada"}).ok()["id"]
    late = dated(here, "2026-11-01T03:59:59Z", customer_id=customer)
    early = dated(here, "2026-10-01T00:00:00-04:00", customer_id=customer)
    after = dated(here, "2026-11-01T04:00:00Z")
    assert months(acme) == {"2026-09": [], "2026-10": [late["id"], early["id"]], "2026-11": [after["id"]]}
    of_customer = months(acme, customer_id=customer)
    assert of_customer == {"2026-09": [], "2026-10": [late["id"], early["id"]], "2026-11": []}
    listed = acme.get(f"/v1/sales-orders?customer_id={customer}").ok()["data"]
    assert [order["id"] for order in listed] == [late["id"], early["id"]]


def test_a_time_is_spelled_alike_in_every_answer(acme: Client, here: Shop) -> None:
    order = dated(here, "2026-10-31T23:30:00-05:00")
    assert order["ordered_at"] == "2026-11-01T04:30:00Z"
    assert acme.get(f"/v1/sales-orders/{order['id']}").ok() == order
    assert order["tax_date"] == "2026-11-01"
    assert dated(here, "2026-11-01T03:30:00Z")["tax_date"] == "2026-10-31"


def test_numbers_have_the_year_in_which_the_fiscal_year_began(here: Shop) -> None:
    dates = ("2026-03-31T12:00:00Z", "2026-04-01T12:00:00Z", "2026-04-01T03:00:00Z")
    assert [dated(here, each)["number"][:8] for each in dates] == ["SO-2025-", "SO-2026-", "SO-2025-"]


def test_the_date_of_a_draft_can_change_and_that_of_a_confirmed_order_cannot(acme: Client, here: Shop) -> None:
    order = dated(here, "2026-10-15T12:00:00Z")
    path = f"/v1/sales-orders/{order['id']}"
    moved = acme.patch(path, {"ordered_at": "2026-09-15T12:00:00Z"}, etag=1).ok()
    assert months(acme) == {"2026-09": [order["id"]], "2026-10": [], "2026-11": []}
    confirmed = acme.post(f"{path}/confirm", {}, etag=moved["version"]).ok()
    (error,) = acme.patch(path, {"ordered_at": "2026-10-15T12:00:00Z"}, etag=confirmed["version"]).refused(
        422, "invalid"
    )["errors"]
    assert (error["pointer"], error["code"]) == ("/ordered_at", "fixed")
    assert acme.patch(path, {"ordered_at": moved["ordered_at"]}, etag=confirmed["version"]).ok() == confirmed


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "1999-12-31T23:59:59Z", "9999-12-31T23:59:59-10:00"])
def test_dates_that_cannot_be_meant_are_refused_with_all_other_errors(acme: Client, here: Shop, moment: str) -> None:
    body = {
        "warehouse_id": here.warehouse,
        "currency": "EUR",
        "ordered_at": moment,
        "lines": [{"item_id": f"itm_{'0' * 26}", "quantity": "1", "unit_price": "1"}],
    }
    errors = acme.post("/v1/sales-orders", body).refused(422, "invalid")["errors"]
    assert {(error["pointer"], error["code"]) for error in errors} == {
        ("/lines/0/item_id", "unknown_item"),
        ("/ordered_at", "out_of_range"),
    }


def test_an_order_without_a_date_is_of_now(acme: Client, here: Shop) -> None:
    order = here.order((here.item()["id"], 1))
    assert order["ordered_at"] == order["created_at"]


def test_fiscal_years_begin_in_any_month() -> None:

    assert [Calendar("UTC", 1).fiscal_year(date(2026, month, 1)) for month in (1, 12)] == [2026, 2026]
    assert [Calendar("UTC", 10).fiscal_year(date(2026, month, 1)) for month in (9, 10)] == [2025, 2026]
