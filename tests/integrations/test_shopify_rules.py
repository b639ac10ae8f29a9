"""Shopify's order becomes ours: rules alone."""

import copy
import json
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.integrations.inbox.schemas import QuarantineError
from chalicelib.integrations.shopify import customer_mapping, rules
from tests.integrations.orders import ADDRESS, cancelled, later, line, money, order


def parsed(payload: dict[str, Any]) -> Any:
    return rules.parse(json.dumps(payload).encode())


def content(payload: dict[str, Any]) -> rules.OrderContent:
    return rules.content(parsed(payload))


def test_what_is_left_of_a_line_bears_its_part_of_discount_and_tax() -> None:
    each = line(
        "A",
        3,
        "10.00",
        current_quantity=2,
        discount_allocations=[{"amount": "1.00"}, {"amount": "2.00"}],
        tax_lines=[{"price": "1.00"}, {"price": "0.01"}],
    )
    (requested,) = content(order(each)).lines
    assert (requested.quantity, requested.discount, requested.tax) == (2, Decimal("2.00"), Decimal("0.67"))


def test_a_discount_never_exceeds_its_line() -> None:
    (requested,) = content(order(line("A", 1, "5.00", total_discount="9.00"))).lines
    assert requested.discount == 5


def test_currencies_without_cents_are_booked_without() -> None:
    each = line("A", 1, "500", price_set=money("500", "JPY"), tax_lines=[{"price": "49.50"}])
    requested = content(order(each, currency="JPY"))
    assert str(requested.lines[0].tax) == "50"


def test_removed_lines_and_removed_shipping_are_left_out() -> None:
    payload = order(line("A"), line("B", current_quantity=0))
    payload["shipping_lines"] = [{"price": "5.00"}, {"price": "9.00", "is_removed": True}]
    requested = content(payload)
    assert [each.sku for each in requested.lines] == ["A"]
    assert [charge.amount for charge in requested.charges] == [5]


TIP = {"payment_gateway": "shopify_payments", "payment_method": "Visa"}


@pytest.mark.parametrize(
    ("tips", "charged"),
    [
        ([line(None, 1, "2.00", requires_shipping=False, tip=TIP)], [2]),
        ([line(None, 1, f"{price}.00", requires_shipping=False, tip=TIP) for price in (2, 3)], [5]),
        ([line(None, 1, "2.00", requires_shipping=False, tip=TIP, current_quantity=0)], []),
        ([], [5]),
    ],
)
def test_a_tip_is_charged_once_though_it_is_told_twice(tips: list[dict[str, Any]], charged: list[int]) -> None:
    requested = content(order(line("A"), *tips, total_tip_received="5.00"))
    assert [charge.amount for charge in requested.charges] == charged


def test_discounted_shipping_costs_what_is_left_of_it() -> None:
    payload = order(line("A"), shipping_lines=[{"price": "5.00", "discount_allocations": [{"amount": "5.00"}]}])
    assert content(payload).charges == []


def test_versions_sort_by_time_then_cancellation_whatever_the_offset() -> None:
    created = order(line("A"))
    same_time = {**created, "updated_at": "2026-11-20T09:00:05Z"}
    steps = [created, later(created, 1), later(created, 2), cancelled(created)]
    versions = [rules.version(parsed(step), "x") for step in steps]
    assert all(earlier < following for earlier, following in pairwise(versions))
    assert rules.version(parsed(same_time), "x") == versions[0]
    gone = {**created, "cancelled_at": created["updated_at"]}
    assert rules.version(parsed(gone), "") > rules.version(parsed(created), "zzz")


@pytest.mark.parametrize(
    ("given_fields", "expected"),
    [
        ({}, ("Ada Lovelace", ["Main St 1"], "DE", "Ulm")),
        ({"name": None}, ("Ada Lovelace", ["Main St 1"], "DE", "Ulm")),
        ({"country_code": None, "address2": " 2nd "}, ("Ada Lovelace", ["Main St 1", "2nd"], "ZZ", "Ulm")),
        ({"city": "U\u0000l\nm" + "x" * 300}, ("Ada Lovelace", ["Main St 1"], "DE", "U l m" + "x" * 115)),
    ],
)
def test_addresses_take_what_there_is(given_fields: dict[str, Any], expected: Any) -> None:
    found = content(order(line("A"), shipping_address={**ADDRESS, **given_fields})).shipping_address
    assert found is not None
    assert (found.name, found.lines, found.country, found.city) == expected


def test_an_address_that_says_nothing_is_none() -> None:
    assert content(order(line("A"), shipping_address=dict.fromkeys(ADDRESS))).shipping_address is None


def test_an_odd_email_is_left_out_and_the_order_still_has_its_customer() -> None:
    payload = order(line("A"), email=None)
    payload["customer"]["email"] = "not an address"
    requested = customer_mapping.customer(parsed(payload))
    assert requested is not None
    assert requested.contacts == []


JUNK = st.sampled_from(
    [
        None,
        "",
        "x",
        "\u0000",
        "x" * 5000,
        -1,
        0,
        10**30,
        1.5,
        True,
        [],
        {},
        [None],
        "2026-01-01",
        "NaN",
        "1e999",
        "-0.01",
    ]
)


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(each for key, child in children for each in paths(child, (*path, key)))]


FULL = order(
    line("A", 2, discount_allocations=[{"amount": "1.00"}], tax_lines=[{"price": "1.00", "price_set": money("1")}]),
    shipping_lines=[{"price": "5.00", "price_set": money("5.00"), "tax_lines": [{"price": "0.95"}]}],
    total_tip_received="1.00",
)


def test_a_count_that_shopify_cannot_mean_is_quarantined() -> None:
    payload = copy.deepcopy(FULL)
    payload["line_items"][0]["current_quantity"] = 10**30
    with pytest.raises(QuarantineError):
        parsed(payload)


@settings(max_examples=400)
@given(st.data())
def test_whatever_is_wrong_with_a_payload_it_is_mapped_or_quarantined(data: st.DataObject) -> None:
    payload = copy.deepcopy(FULL)
    for _ in range(data.draw(st.integers(1, 3))):
        *parents, last = data.draw(st.sampled_from(paths(payload)[1:]))
        place: Any = payload
        for key in parents:
            place = place[key]
        place[last] = copy.deepcopy(data.draw(JUNK))
    try:
        found = parsed(payload)
        if found.cancelled_at is None:
            rules.content(found)
        customer_mapping.customer(found)
    except QuarantineError as refused:
        assert refused.outcome.reason
