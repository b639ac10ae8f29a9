"""Vendor items: what vendors sell, and how much of it has to be ordered; through the API and by the rules."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.access.roles import Role
from chalicelib.catalog.items import units
from chalicelib.catalog.items.unit_schemas import FactorPart, ItemUnit
from chalicelib.catalog.items.units import Unit
from chalicelib.kernel.decimals import Price, Quantity, QuantityOrZero
from chalicelib.parties.vendor_items import rules
from chalicelib.parties.vendor_items.schemas import VendorPrice
from tests.factories import shop
from tests.parties.people import merge, unmerge, vendor
from tests.world import Client, World

DAY = date(2026, 11, 26)
PACK = {"units": [{"unit": "pack", "numerator": "10"}]}
BREAKS = [{"minimum_quantity": "1", "amount": "9.00"}, {"minimum_quantity": "5", "amount": "8.00"}]


class Counted(msgspec.Struct):
    """An item, as far as the rules know it."""

    unit: Unit
    units: list[ItemUnit] = []


class Offer(msgspec.Struct):
    """A vendor item, as far as the rules know it."""

    unit: str
    currency: str = "EUR"
    prices: list[VendorPrice] = []
    minimum_quantity: Decimal | None = None
    minimum_unit: str | None = None
    multiple: Decimal | None = None


def price(least: str, amount: str, **fields: Any) -> VendorPrice:
    return VendorPrice(minimum_quantity=QuantityOrZero(least), amount=Price(amount), **fields)


def packed(of: str) -> Counted:
    return Counted(Unit.EACH, [ItemUnit(unit="pack", numerator=FactorPart(of))])


def ordered(need: str | Fraction, offer: Offer, item: Counted) -> Any:
    return rules.to_order(Fraction(need), offer, item, DAY)


# --- how much to order ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("need", "packs", "total"),
    [("37", "5", "40.00"), ("1", "5", "40.00"), ("49", "5", "40.00"), ("50", "5", "40.00"), ("57", "6", "48.00")],
)
def test_packs_a_minimum_and_breaks_give_one_quantity_and_its_price(need: str, packs: str, total: str) -> None:
    breaks = [price("1", "9.00"), price("5", "8.00")]
    in_packs = ordered(need, Offer("pack", prices=breaks, minimum_quantity=Decimal(5)), packed("10"))
    assert (in_packs.quantity, in_packs.base_quantity, in_packs.total) == (
        Decimal(packs),
        Decimal(packs) * 10,
        Decimal(total),
    )
    per_ten = [price("10", "9.00", per=Quantity(10)), price("50", "8.00", per=Quantity(10))]
    offer = Offer("each", prices=per_ten, minimum_quantity=Decimal(50), multiple=Decimal(10))
    in_pieces = ordered(need, offer, packed("10"))
    assert (in_pieces.quantity, in_pieces.total) == (Decimal(packs) * 10, Decimal(total))
    mixed = Offer("pack", prices=breaks, minimum_quantity=Decimal(41), minimum_unit="each")
    assert ordered(need, mixed, packed("10")) == in_packs


def test_without_a_minimum_the_break_follows_from_the_rounded_quantity() -> None:
    offer = Offer("pack", prices=[price("1", "9.00"), price("5", "8.00")])
    assert [ordered(need, offer, packed("10")).total for need in ("31", "40", "41")] == [
        Decimal("36.00"),
        Decimal("36.00"),
        Decimal("40.00"),
    ]


def test_a_need_of_just_the_minimum_is_accepted_in_a_unit_that_cannot_show_it() -> None:
    grams = Counted(Unit.GRAM)
    found = ordered("20000", Offer("lb", minimum_quantity=Decimal(20000), minimum_unit="g"), grams)
    assert (found.quantity, found.base_quantity) == (Decimal("44.0925"), Decimal("20000.021"))
    assert ordered("20000", Offer("lb", minimum_quantity=Decimal("44.0924")), grams).quantity == Decimal("44.0925")
    assert ordered("1", Offer("lb", minimum_quantity=Decimal(20000), minimum_unit="g"), grams) == found


def test_what_is_needed_in_the_purchase_unit_is_ordered_as_it_is() -> None:
    need = Fraction("44.0925") * Fraction("453.59237")
    assert ordered(need, Offer("lb"), Counted(Unit.GRAM)).quantity == Decimal("44.0925")


def test_whole_base_units_stay_whole() -> None:
    thirds = Counted(Unit.EACH, [ItemUnit(unit="third", numerator=FactorPart(1), denominator=FactorPart(3))])
    found = ordered("2", Offer("third", minimum_quantity=Decimal(7)), thirds)
    assert (found.quantity, found.base_quantity) == (9, 3)
    assert ordered("1", Offer("third", multiple=Decimal(2)), thirds).quantity == 6


def test_the_price_of_the_day_counts_and_below_the_first_break_there_is_none() -> None:
    until, since = date(2026, 11, 25), DAY
    prices = [price("5", "8", valid_to=until), price("5", "7.005", valid_from=since), price("100", "1")]
    offer = Offer("each", prices=prices)
    assert (ordered("4", offer, packed("10")).price, ordered("4", offer, packed("10")).total) == (None, None)
    assert ordered("5", offer, packed("10")).total == Decimal("35.03"), "35.025, half up"
    assert rules.to_order(Fraction(5), offer, packed("10"), until).total == Decimal("40.00")
    assert ordered("100", offer, packed("10")).total == Decimal("100.00")


def test_a_unit_that_the_item_has_no_more_gives_nothing_to_order() -> None:
    assert ordered("1", Offer("pack"), Counted(Unit.EACH)) is None
    assert ordered("1", Offer("each", minimum_quantity=Decimal(1), minimum_unit="pack"), Counted(Unit.EACH)) is None


@st.composite
def offers(draw: st.DrawFn) -> tuple[Fraction, Offer, Counted]:
    """A need, and an offer of an item in one of several units."""
    base = draw(st.sampled_from([Unit.EACH, Unit.GRAM, Unit.KILOGRAM]))
    parts = st.integers(1, 40)
    own = ItemUnit(unit="pack", numerator=FactorPart(draw(parts)), denominator=FactorPart(draw(parts)))
    names = ["pack", base.value] + ([] if base is Unit.EACH else ["lb", "oz", "t"])
    unit, least_unit = draw(st.sampled_from(names)), draw(st.sampled_from([None, *names]))

    def quantity(of: str) -> Decimal:
        return Decimal(draw(st.integers(1, 10**6))).scaleb(-units.places(of))

    offer = Offer(
        unit,
        minimum_quantity=draw(st.sampled_from([None, quantity(least_unit or unit)])),
        minimum_unit=least_unit,
        multiple=draw(st.sampled_from([None, quantity(unit)])),
        prices=[price(str(least), str(100 - least)) for least in draw(st.lists(st.integers(0, 50), unique=True))],
    )
    return Fraction(quantity(base)), offer, Counted(base, [own])


@given(offers())
def test_what_is_ordered_is_the_least_that_covers_need_and_minimum_in_whole_packs(
    given_offer: tuple[Fraction, Offer, Counted],
) -> None:
    need, offer, item = given_offer
    found = rules.to_order(need, offer, item, DAY)
    factor = rules.conversions.factor(item, offer.unit)
    least_factor = rules.conversions.factor(item, offer.minimum_unit or offer.unit)
    assert found is not None and factor is not None and least_factor is not None
    exact = Fraction(found.quantity) * factor[1]
    least = max(need, Fraction(offer.minimum_quantity or 0) * least_factor[1])
    assert exact >= least
    assert found.base_quantity >= need, "never less than the need, also as it is counted"
    assert 0 <= exact - Fraction(found.base_quantity) < Fraction(1, 10 ** units.places(item.unit))
    assert not units.errors(found.quantity, offer.unit, "")
    if offer.multiple is not None:
        assert Fraction(found.quantity) % Fraction(offer.multiple) == 0
    step = Fraction(offer.multiple or Decimal(1).scaleb(-units.places(offer.unit)))
    if not units.places(item.unit):
        assert exact.denominator == 1
        step *= (step * factor[1]).denominator
    assert (Fraction(found.quantity) - step) * factor[1] < least, "one step less would be too little"
    reached = [each.minimum_quantity for each in offer.prices if each.minimum_quantity <= found.quantity]
    assert (found.price.minimum_quantity if found.price else None) == (max(reached) if reached else None)


# --- through the API --------------------------------------------------------------------------------------------------


def sold(client: Client, who: Any, item: Any, **fields: Any) -> Any:
    body = {"item_id": item["id"], "unit": "each", "currency": "EUR", **fields}
    return client.post(f"/v1/vendors/{who['id']}/items", body).ok()


def offered(client: Client, item: Any, quantity: str, **fields: Any) -> list[Any]:
    body = {"item_id": item["id"], "quantity": quantity, **fields}
    found: list[Any] = client.post("/v1/vendor-items/preview", body).ok()["offers"]
    return found


def ids(client: Client, path: str) -> list[str]:
    return [each["id"] for each in client.get(path).ok()["data"]]


def test_a_vendor_item_is_made_read_changed_archived_and_restored(acme: Client) -> None:
    gears, bike = vendor(acme), shop(acme).item(**PACK)
    terms = {
        "vendor_sku": "BS-10-K",
        "vendor_name": "Brake shoe",
        "unit": "pack",
        "prices": [{"per": "1", "valid_from": None, "valid_to": None, **each} for each in BREAKS],
        "lead_time_days": 7,
        "minimum_quantity": "5",
        "multiple": "1",
    }
    reply = acme.post(
        f"/v1/vendors/{gears['id']}/items",
        {"sku": bike["sku"], "currency": "EUR", **terms},
    )
    made = reply.ok()
    path = f"/v1/vendor-items/{made['id']}"
    assert (reply.status, reply.header("location")) == (201, path)
    amounts = [{**each, "amount": amount} for each, amount in zip(terms["prices"], ("9", "8"), strict=True)]
    assert {name: made[name] for name in terms} == {**terms, "prices": amounts}
    assert (made["vendor_id"], made["item_id"], made["is_preferred"]) == (gears["id"], bike["id"], False)
    assert acme.get(path).ok() == made
    changed = acme.patch(path, {"vendor_name": None, "unit": "each", "prices": []}, etag=1).ok()
    assert (changed["vendor_name"], changed["unit"], changed["prices"]) == (None, "each", [])
    acme.patch(path, {"multiple": "2"}, etag=1).refused(412, "precondition_failed")
    assert acme.post(f"{path}/archive", etag=2).ok()["status"] == "archived"
    acme.post(f"{path}/archive", etag=3).refused(409, "transition_refused")
    assert acme.post(f"{path}/restore", etag=3).ok()["status"] == "active"


def test_vendor_items_are_listed_by_vendor_by_item_and_by_the_vendors_number(acme: Client) -> None:
    gears, chains, place = vendor(acme), vendor(acme), shop(acme)
    bike, bell = place.item(**PACK), place.item()
    first = sold(acme, gears, bike, vendor_sku="BS 10")
    second = sold(acme, gears, bike, unit="pack", vendor_sku="BS-P")
    third = sold(acme, gears, bell)
    fourth = sold(acme, chains, bike, vendor_sku="BS 10")
    of_gears = f"/v1/vendors/{gears['id']}/items"
    assert ids(acme, of_gears) == [first["id"], second["id"], third["id"]]
    assert ids(acme, f"{of_gears}?vendor_sku=bs%20%2010") == [first["id"]]
    assert ids(acme, f"{of_gears}?vendor_sku=NO") == []
    assert ids(acme, f"/v1/vendor-items?item_id={bike['id']}") == [first["id"], second["id"], fourth["id"]]
    assert len(ids(acme, "/v1/vendor-items")) == 4
    acme.post(f"/v1/vendor-items/{first['id']}/archive", etag=1).ok()
    assert ids(acme, f"{of_gears}?status=archived") == [first["id"]]
    assert ids(acme, f"{of_gears}?vendor_sku=BS%2010&status=active") == []
    assert ids(acme, f"/v1/vendor-items?item_id={bike['id']}&status=active") == [second["id"], fourth["id"]]


def test_a_vendor_has_one_item_of_a_number_and_one_of_an_item_and_unit(acme: Client) -> None:
    gears, place = vendor(acme), shop(acme)
    bike, bell = place.item(**PACK), place.item()
    first = sold(acme, gears, bike, vendor_sku="BS-10")
    second = sold(acme, gears, bell)
    path = f"/v1/vendors/{gears['id']}/items"
    for item, fields, pointer in (
        (bike, {"unit": "pack", "vendor_sku": "bs-10"}, "/vendor_sku"),
        (bike, {"unit": "EACH"}, "/unit"),
    ):
        body = {"item_id": item["id"], "currency": "EUR", **fields}
        (error,) = acme.post(path, body).refused(409, "already_exists")["errors"]
        assert (error["pointer"], first["id"] in error["message"]) == (pointer, True)
    acme.patch(f"/v1/vendor-items/{second['id']}", {"vendor_sku": "BS-10"}, etag=1).refused(409, "already_exists")
    acme.patch(f"/v1/vendor-items/{first['id']}", {"vendor_sku": "bs-11", "unit": "pack"}, etag=1).ok()
    assert acme.patch(f"/v1/vendor-items/{second['id']}", {"vendor_sku": "BS-10"}, etag=1).ok()["version"] == 2
    assert sold(acme, gears, bike)["unit"] == "each"


def test_all_errors_of_a_vendor_item_are_told_at_once(acme: Client) -> None:
    gears, bike = vendor(acme), shop(acme).item()
    prices = [
        {"minimum_quantity": "0.5", "amount": "9", "valid_from": "2026-02-01", "valid_to": "2026-01-01"},
        {"minimum_quantity": "1", "amount": "9"},
        {"minimum_quantity": "1", "amount": "8", "valid_from": "2026-01-01", "per": "1.5"},
    ]
    body = {"item_id": bike["id"], "unit": "each", "currency": "EUR", "prices": prices, "multiple": "0.1"}
    path = f"/v1/vendors/{gears['id']}/items"
    problem = acme.post(path, {**body, "minimum_unit": "crate"}).refused(422, "invalid")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [
        ("/minimum_unit", "unknown_unit"),
        ("/minimum_unit", "needs_minimum_quantity"),
        ("/multiple", "too_precise"),
        ("/prices/0/minimum_quantity", "too_precise"),
        ("/prices/0/valid_to", "empty_period"),
        ("/prices/2/per", "too_precise"),
        ("/prices/2", "overlapping"),
    ]
    unknown = acme.post(path, {"sku": "NO", "unit": "each", "currency": "EUR"}).refused(422, "invalid")
    assert [(each["pointer"], each["code"]) for each in unknown["errors"]] == [("/sku", "unknown_sku")]
    assert ids(acme, path) == []


def test_units_are_those_of_the_item_however_they_are_typed(acme: Client) -> None:
    gears, wire = vendor(acme), shop(acme).item(unit="g")
    made = sold(acme, gears, wire, unit="LB", minimum_quantity="20000", minimum_unit="G", multiple="0.0001")
    assert (made["unit"], made["minimum_unit"]) == ("lb", "g")
    (offer,) = offered(acme, wire, "20", unit="kg")
    assert (offer["quantity"], offer["unit"], offer["base_quantity"]) == ("44.0925", "lb", "20000.021")


def test_at_most_one_vendor_item_of_an_item_is_preferred(acme: Client) -> None:
    gears, chains, place = vendor(acme), vendor(acme), shop(acme)
    bike = place.item()
    first = sold(acme, gears, bike, is_preferred=True)
    second = sold(acme, chains, bike, is_preferred=True)
    other = sold(acme, chains, place.item(), is_preferred=True)

    def preferred() -> list[bool]:
        return [acme.get(f"/v1/vendor-items/{each['id']}").ok()["is_preferred"] for each in (first, second, other)]

    assert preferred() == [False, True, True]
    acme.patch(f"/v1/vendor-items/{first['id']}", {"is_preferred": True}, etag="*").ok()
    assert preferred() == [True, False, True]
    acme.post(f"/v1/vendor-items/{first['id']}/archive", etag="*").ok()
    assert preferred() == [False, False, True]
    wrong = acme.patch(f"/v1/vendor-items/{first['id']}", {"is_preferred": True}, etag="*").refused(422, "invalid")
    assert [(each["pointer"], each["code"]) for each in wrong["errors"]] == [("/is_preferred", "archived")]
    acme.patch(f"/v1/vendor-items/{second['id']}", {"is_preferred": True}, etag="*").ok()
    acme.patch(f"/v1/vendor-items/{second['id']}", {"is_preferred": False}, etag="*").ok()
    acme.post(f"/v1/vendor-items/{first['id']}/restore", etag="*").ok()
    assert preferred() == [False, False, True]
    acme.patch(f"/v1/vendor-items/{first['id']}", {"is_preferred": True}, etag="*").ok()
    assert preferred() == [True, False, True]


def test_a_preview_says_for_every_vendor_what_to_order_the_preferred_one_first(acme: Client) -> None:
    gears, chains, place = vendor(acme, lead_time_days=10), vendor(acme), shop(acme)
    bike = place.item(**PACK)
    second = sold(acme, gears, bike, unit="pack", prices=BREAKS, minimum_quantity="5", vendor_sku="BS-10")
    first = sold(acme, chains, bike, is_preferred=True, lead_time_days=3)
    offers = offered(acme, bike, "37", day="2026-11-26")
    assert [each["vendor_item_id"] for each in offers] == [first["id"], second["id"]]
    names = ("quantity", "unit", "base_quantity", "amount", "per", "total", "lead_time_days", "vendor_sku", "problem")
    assert [[each[name] for name in names] for each in offers] == [
        ["37", "each", "37", None, None, None, 3, None, None],
        ["5", "pack", "50", "8", "1", "40.00", 10, "BS-10", None],
    ]
    assert [each["quantity"] for each in offered(acme, bike, "6", unit="pack")] == ["60", "6"]
    assert [each["version"] for each in acme.get(f"/v1/vendor-items?item_id={bike['id']}").ok()["data"]] == [1, 1]


def test_a_preview_leaves_out_what_is_archived_and_says_what_cannot_be_ordered(acme: Client) -> None:
    gears, chains, place = vendor(acme), vendor(acme), shop(acme)
    bike = place.item(**PACK)
    archived, lost = sold(acme, gears, bike), sold(acme, gears, bike, unit="pack")
    sold(acme, chains, bike)
    acme.post(f"/v1/vendor-items/{archived['id']}/archive", etag=1).ok()
    acme.post(f"/v1/vendors/{chains['id']}/archive", etag=1).ok()
    acme.patch(f"/v1/items/{bike['id']}", {"units": []}, etag="*").ok()
    (offer,) = offered(acme, bike, "1")
    assert (offer["vendor_item_id"], offer["quantity"], offer["problem"]) == (lost["id"], None, "unknown_unit")
    huge = place.item()
    sold(acme, gears, huge, multiple="999999999")
    assert offered(acme, huge, "999999999")[0]["problem"] is None
    sold(acme, gears, bell := place.item(), multiple="600000000")
    assert [each["problem"] for each in offered(acme, bell, "600000001")] == ["out_of_range"]


def test_a_preview_of_an_unknown_item_or_unit_is_refused(acme: Client) -> None:
    bike = shop(acme).item()
    for body, expected in (
        ({"sku": "NO", "quantity": "1"}, ("/sku", "unknown_sku")),
        ({"quantity": "1"}, ("", "item_or_sku")),
        ({"sku": bike["sku"], "quantity": "1", "unit": "crate"}, ("/unit", "unknown_unit")),
        ({"sku": bike["sku"], "quantity": "0.5"}, ("/quantity", "too_precise")),
    ):
        (error,) = acme.post("/v1/vendor-items/preview", body).refused(422, "invalid")["errors"]
        assert (error["pointer"], error["code"]) == expected


def test_items_of_a_merged_vendor_are_those_of_the_one_in_its_place(acme: Client) -> None:
    loser, winner, bike = vendor(acme), vendor(acme, lead_time_days=4), shop(acme).item()
    made = sold(acme, loser, bike, vendor_sku="BS")
    merge(acme, loser, winner, "vendors")
    assert ids(acme, f"/v1/vendors/{winner['id']}/items?vendor_sku=bs") == [made["id"]]
    (offer,) = offered(acme, bike, "1")
    assert (offer["vendor_id"], offer["lead_time_days"]) == (winner["id"], 4)
    body = {"item_id": bike["id"], "unit": "each", "currency": "EUR"}
    acme.post(f"/v1/vendors/{loser['id']}/items", body).refused(409, "party_merged")
    unmerge(acme, loser, "vendors")
    assert ids(acme, f"/v1/vendors/{winner['id']}/items?vendor_sku=bs") == []
    assert offered(acme, bike, "1")[0]["vendor_id"] == loser["id"]


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_only_purchasing_writes_vendor_items_and_not_all_roles_see_what_things_cost(acme: Client, role: str) -> None:
    gears, bike = vendor(acme), shop(acme).item()
    made, user = sold(acme, gears, bike), acme.as_(role)
    may_read = role in {"admin", "purchasing", "production", "accounting", "analyst", "automation"}
    may_write = role in {"admin", "purchasing", "automation"}
    preview = {"item_id": bike["id"], "quantity": "1"}
    read = [
        user.get(f"/v1/vendors/{gears['id']}/items"),
        user.get("/v1/vendor-items"),
        user.get(f"/v1/vendor-items/{made['id']}"),
        user.post("/v1/vendor-items/preview", preview),
    ]
    assert {reply.status for reply in read} == {200 if may_read else 403}
    changed = user.patch(f"/v1/vendor-items/{made['id']}", {"multiple": "2"}, etag=1)
    assert changed.status == (200 if may_write else 403)


def test_another_tenant_neither_sees_nor_changes_vendor_items(acme: Client, world: World) -> None:
    gears, bike = vendor(acme), shop(acme).item()
    made, other = sold(acme, gears, bike, vendor_sku="BS", is_preferred=True), world.tenant()
    other.get(f"/v1/vendor-items/{made['id']}").refused(404, "not_found")
    other.patch(f"/v1/vendor-items/{made['id']}", {"multiple": "2"}, etag=1).refused(404, "not_found")
    other.get(f"/v1/vendors/{gears['id']}/items").refused(404, "not_found")
    assert ids(other, f"/v1/vendor-items?item_id={bike['id']}") == []
    body = {"item_id": bike["id"], "quantity": "1"}
    (error,) = other.post("/v1/vendor-items/preview", body).refused(422, "invalid")["errors"]
    assert error["code"] == "unknown_item"
