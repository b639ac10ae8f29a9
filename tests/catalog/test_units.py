"""Units of items: exact factors, whole numbers, and quantities that are rounded down to what can be counted."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.items import conversions, units
from chalicelib.catalog.items.conversions import Measured
from chalicelib.catalog.items.unit_schemas import FactorPart, ItemUnit
from chalicelib.catalog.items.units import Unit
from chalicelib.kernel.errors import FieldError
from tests.factories import shop
from tests.world import Client

BOX = {"unit": "box", "numerator": "12"}


def item(base: Unit, *own: ItemUnit) -> Any:
    return SimpleNamespace(unit=base, units=list(own))


def own(unit: str, numerator: str, denominator: str = "1") -> ItemUnit:
    return ItemUnit(unit=unit, numerator=FactorPart(numerator), denominator=FactorPart(denominator))


def base_of(measured: Measured | FieldError) -> Decimal:
    assert isinstance(measured, Measured), measured
    return measured.base_quantity


@pytest.mark.parametrize(
    ("thing", "quantity", "unit", "base"),
    [
        (item(Unit.EACH, own("box", "12")), "3", "BOX", "36"),
        (item(Unit.EACH), "2", "dozen", "24"),
        (item(Unit.GRAM), "1", "lb", "453.592"),
        (item(Unit.KILOGRAM), "1", "lb", "0.453592"),
        (item(Unit.METRE), "1", "ft", "0.3048"),
        (item(Unit.ROLL, own("third", "1", "3")), "6", "third", "2"),
        (item(Unit.KILOGRAM, own("sack", "25.123456789")), "1", "sack", "25.123456"),
    ],
)
def test_a_quantity_in_another_unit_is_exact_or_rounded_down(thing: Any, quantity: str, unit: str, base: str) -> None:
    assert base_of(conversions.measured(thing, Decimal(quantity), unit, "/lines/0")) == Decimal(base)


@pytest.mark.parametrize(
    ("thing", "quantity", "unit", "pointer", "code"),
    [
        (item(Unit.EACH), "1", "kg", "/unit", "unknown_unit"),
        (item(Unit.EACH, own("box", "12")), "1.5", "box", "/quantity", "too_precise"),
        (item(Unit.ROLL, own("third", "1", "3")), "1", "third", "/quantity", "not_whole"),
        (item(Unit.TONNE), "0.1", "mg", "/quantity", "out_of_range"),
        (item(Unit.MILLIGRAM), "999999", "t", "/quantity", "out_of_range"),
    ],
)
def test_what_cannot_be_counted_is_refused(thing: Any, quantity: str, unit: str, pointer: str, code: str) -> None:
    error = conversions.measured(thing, Decimal(quantity), unit, "")
    assert isinstance(error, FieldError)
    assert (error.pointer, error.code) == (pointer, code)


FACTORS = st.builds(
    own,
    st.just("pack"),
    st.decimals("0.000000001", 999_999, places=9).map(lambda value: format(value, "f")),
    st.decimals("0.000000001", 999_999, places=9).map(lambda value: format(value, "f")),
)


@given(FACTORS, st.integers(1, 10_000))
def test_factors_of_nine_places_are_never_rounded(unit: ItemUnit, count: int) -> None:
    found = conversions.factor(item(Unit.KILOGRAM, unit), "pack")
    assert found is not None
    assert found[1] * count / found[1] == count
    assert Fraction(str(found[1])) == unit.factor


@given(FACTORS, st.integers(1, 10_000))
def test_never_more_is_committed_than_was_asked_for_and_less_by_under_one_step(unit: ItemUnit, count: int) -> None:
    measured = conversions.measured(item(Unit.GRAM, unit), Decimal(count), "pack", "")
    if isinstance(measured, Measured):
        lost = Fraction(count) * unit.factor - Fraction(measured.base_quantity)
        assert 0 <= lost < Fraction(1, 10 ** units.places(Unit.GRAM))


@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 1000))
def test_whole_units_come_out_whole_or_are_refused(numerator: int, denominator: int, count: int) -> None:
    thing = item(Unit.EACH, own("part", str(numerator), str(denominator)))
    measured = conversions.measured(thing, Decimal(count), "part", "")
    is_whole = (count * numerator) % denominator == 0
    assert isinstance(measured, Measured) is is_whole
    if isinstance(measured, Measured):
        assert measured.base_quantity * denominator == count * numerator


@given(st.sampled_from(list(Unit)), st.sampled_from(list(Unit)))
def test_there_and_back_is_the_same_quantity(one: Unit, other: Unit) -> None:
    there, back = conversions.factor(item(one), other), conversions.factor(item(other), one)
    assert (there is None) is (back is None)
    if there is not None and back is not None:
        assert there[1] * back[1] == 1


def errors(thing: Any) -> list[str]:
    return [error.code for error in conversions.unit_errors(thing)]


@pytest.mark.parametrize(
    ("own_units", "expected"),
    [
        ([own("box", "12"), own("BOX ", "6")], ["repeated"]),
        ([own("Each", "1")], ["repeated"]),
        ([own("dozen", "10")], ["fixed_factor"]),
        ([own("dozen", "12"), own("carton of 24", "24")], []),
    ],
)
def test_units_of_an_item_are_coherent(own_units: Sequence[ItemUnit], expected: list[str]) -> None:
    assert [code for code in errors(item(Unit.EACH, *own_units)) if code in expected or not expected] == expected


def test_row_10_uom_factors_of_nine_places_whole_units_and_rounding_down_on_orders(acme: Client) -> None:
    here = shop(acme)
    wine = here.item(unit="each", units=[{"unit": "third", "numerator": "1", "denominator": "3"}, BOX])
    lines = [{"item_id": wine["id"], "quantity": "2", "unit": "Box", "unit_price": "60"}]
    order = acme.post("/v1/sales-orders", {"warehouse_id": here.warehouse, "currency": "EUR", "lines": lines}).ok()
    (line,) = order["lines"]
    assert (line["quantity"], line["unit"], line["base_quantity"], line["base_unit"]) == ("2", "box", "24", "each")
    assert (line["net"], line["price_unit"]) == ("120.00", "box")
    lines[0] |= {"quantity": "1", "unit": "third"}
    problem = acme.post("/v1/sales-orders", {"warehouse_id": here.warehouse, "currency": "EUR", "lines": lines})
    (error,) = problem.refused(422, "invalid")["errors"]
    assert (error["pointer"], error["code"]) == ("/lines/0/quantity", "not_whole")
    assert error["message"] == "1 third are 1/3 each, which can only be counted in whole numbers."


def test_a_line_means_the_same_after_the_factor_of_its_unit_has_changed(acme: Client) -> None:
    here = shop(acme)
    wine = here.item(100, units=[BOX])
    lines = [{"item_id": wine["id"], "quantity": "2", "unit": "box", "unit_price": "60"}]
    order = acme.post("/v1/sales-orders", {"warehouse_id": here.warehouse, "currency": "EUR", "lines": lines}).ok()
    acme.patch(f"/v1/items/{wine['id']}", {"units": [{"unit": "box", "numerator": "6"}]}, etag=1).ok()
    confirmed = acme.post(f"/v1/sales-orders/{order['id']}/confirm", etag=1).ok()
    assert here.level(wine["id"]) == ("100", "24", "76")
    change = {"lines": [{"line": 1, "quantity": "3"}, {**lines[0], "quantity": "1"}]}
    edited = acme.patch(f"/v1/sales-orders/{order['id']}", change, etag=confirmed["version"]).ok()
    assert [line["base_quantity"] for line in edited["lines"]] == ["36", "6"]
    assert [line["net"] for line in edited["lines"]] == ["180.00", "60.00"]


def test_a_price_may_be_for_many_units(acme: Client) -> None:
    here = shop(acme)
    screw = here.item(price={"amount": "12.50", "currency": "EUR", "per": "100"}, units=[BOX])
    lines = [{"item_id": screw["id"], "quantity": "2", "unit": "box"}, {"item_id": screw["id"], "quantity": "1"}]
    order = acme.post("/v1/sales-orders", {"warehouse_id": here.warehouse, "currency": "EUR", "lines": lines}).ok()
    assert [line["net"] for line in order["lines"]] == ["3.00", "0.13"]
    first = order["lines"][0]
    assert (first["unit_price"], first["price_per"], first["price_unit"]) == ("12.5", "100", "each")


def test_a_line_shown_again_as_it_is_means_and_costs_the_same_after_its_unit_has_changed(acme: Client) -> None:
    here = shop(acme)
    wine = here.item(100, units=[BOX])
    line = {"item_id": wine["id"], "quantity": "1", "unit": "box", "unit_price": "120", "price_unit": "box"}
    order = acme.post("/v1/sales-orders", {"warehouse_id": here.warehouse, "currency": "EUR", "lines": [line]}).ok()
    for version, changed in enumerate([[{"unit": "box", "numerator": "10"}], []], 1):
        acme.patch(f"/v1/items/{wine['id']}", {"units": changed}, etag=version).ok()
        shown = acme.patch(f"/v1/sales-orders/{order['id']}", {"lines": [{**line, "line": 1}]}, etag=1).ok()
        assert (shown["lines"][0]["base_quantity"], shown["lines"][0]["net"]) == ("12", "120.00")


def test_a_unit_of_measure_for_a_whole_thing_gives_no_part_of_it(acme: Client) -> None:
    here = shop(acme)
    bag = here.item(10, units=[{"unit": "kg", "numerator": "1"}])
    line = {"item_id": bag["id"], "quantity": "0.5", "unit": "kg", "unit_price": "5"}
    body = {"warehouse_id": here.warehouse, "currency": "EUR", "lines": [line]}
    (error,) = acme.post("/v1/sales-orders", body).refused(422, "invalid")["errors"]
    assert (error["pointer"], error["code"]) == ("/lines/0/quantity", "not_whole")


def test_a_unit_keeps_its_decimals_however_the_item_spells_it(acme: Client) -> None:
    here = shop(acme)
    flour = here.item(1000, unit="g", units=[{"unit": "Kg", "numerator": "1000"}])
    line = {"item_id": flour["id"], "quantity": "0.5", "unit": "kg", "unit_price": "5"}
    body = {"warehouse_id": here.warehouse, "currency": "EUR", "lines": [line]}
    assert acme.post("/v1/sales-orders", body).ok()["lines"][0]["base_quantity"] == "500"


def test_a_unit_that_a_barcode_counts_stays(acme: Client) -> None:
    here = shop(acme)
    wine = here.item(units=[BOX], barcodes=[{"code": "4006381333931", "unit": "box"}])
    path = f"/v1/items/{wine['id']}"
    (error,) = acme.patch(path, {"units": []}, etag=1).refused(422, "invalid")["errors"]
    assert (error["pointer"], error["code"]) == ("/units", "in_use")
    acme.patch(path, {"units": [], "barcodes": []}, etag=1).ok()
