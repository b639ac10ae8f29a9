"""The rules of prices: their order is total and explained, whatever the order of what is given."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.items.identity_schemas import ItemStatus
from chalicelib.catalog.items.schemas import Item, Money
from chalicelib.catalog.items.units import Unit
from chalicelib.catalog.price_lists import choice, rules
from chalicelib.catalog.price_lists.finding_schemas import (
    PriceFound,
    PriceOutcome,
    PriceRequest,
    PriceSource,
    SaleTerms,
)
from chalicelib.catalog.price_lists.price_schemas import PriceEntry
from chalicelib.catalog.price_lists.tables import ActiveList
from chalicelib.kernel import clock
from chalicelib.kernel.decimals import Percent, Price, Quantity, QuantityOrZero
from chalicelib.kernel.periods import holds

DAY = date(2026, 11, 26)
BEFORE, AFTER = date(2026, 11, 1), date(2026, 12, 1)


def item(price: str | None = "10", currency: str = "EUR") -> Item:
    now = clock.now()
    return Item(
        id="itm_1",
        sku="BIKE",
        name="Bike",
        unit=Unit.EACH,
        price=Money(Price(price), currency) if price is not None else None,
        barcodes=[],
        custom_fields={},
        template_id=None,
        options=[],
        moved=False,
        status=ItemStatus.ACTIVE,
        allowed_transitions=[],
        version=1,
        created_at=now,
        created_by="me",
        updated_at=now,
        updated_by="me",
    )


def price_list(code: str, **fields: Any) -> ActiveList:
    defaults: dict[str, Any] = {
        "id": f"prl_{code}",
        "currency": "EUR",
        "includes_tax": False,
        "customer_group": None,
        "channel": None,
        "valid_from": None,
        "valid_to": None,
        "priority": 0,
    }
    return ActiveList(code=code, **{**defaults, **fields})


def entry(amount: str | None = "8", minimum: str = "0", unit: Unit = Unit.EACH, **fields: Any) -> PriceEntry:
    return PriceEntry(
        unit=unit,
        minimum_quantity=QuantityOrZero(minimum),
        amount=None if amount is None else Price(amount),
        **fields,
    )


def request(quantity: str = "1", unit: Unit = Unit.EACH, factor: Fraction = Fraction(1), **fields: Any) -> PriceRequest:
    return PriceRequest(item=fields.pop("item", item()), unit=unit, factor=factor, quantity=Quantity(quantity), day=DAY)


def found(
    lists: list[ActiveList], prices: dict[str, list[PriceEntry]], asked: PriceRequest, terms: SaleTerms
) -> PriceFound | None:
    return choice.find(choice.in_order(lists, terms, asked.day), prices, asked, terms.currency)


# --- lists ------------------------------------------------------------------------------------------------------------

OF_ALL = price_list("ALL")
OF_CHANNEL = price_list("CHANNEL", channel="Shop")
OF_GROUP = price_list("GROUP", customer_group="Dealers")
OF_BOTH = price_list("BOTH", customer_group="Dealers", channel="Shop")
OWN = price_list("OWN", customer_group="Others")
TERMS = SaleTerms(currency="EUR", customer_list_id="prl_OWN", group="dealers ", channel="SHOP")


def test_the_customers_own_list_goes_first_then_the_one_with_more_special_conditions() -> None:
    lists = [OF_ALL, OF_CHANNEL, OF_GROUP, OF_BOTH, OWN]
    assert choice.in_order(lists, TERMS, DAY) == [OWN, OF_BOTH, OF_GROUP, OF_CHANNEL, OF_ALL]


def test_equally_special_lists_go_by_priority_then_the_later_first_day_then_the_code() -> None:
    urgent = price_list("Z", priority=1)
    later, earlier = price_list("Y", valid_from=DAY), price_list("X", valid_from=BEFORE)
    lists = [price_list("b"), price_list("A"), earlier, later, urgent]
    assert [each.code for each in choice.in_order(lists, TERMS, DAY)] == ["Z", "Y", "X", "A", "b"]


@pytest.mark.parametrize(
    ("each", "terms", "reason"),
    [
        (OF_BOTH, SaleTerms(currency="EUR", group="Dealers"), "It is for the channel Shop."),
        (OF_BOTH, SaleTerms(currency="EUR", channel="shop"), "It is for customers of the group Dealers."),
        (OF_GROUP, SaleTerms(currency="EUR", group="Others"), "It is for customers of the group Dealers."),
        (OF_ALL, SaleTerms(currency="USD"), "Its currency is EUR."),
        (OF_ALL, SaleTerms(currency="EUR", includes_tax=True), "Its prices do not include taxes."),
        (
            price_list("A", includes_tax=True),
            SaleTerms(currency="EUR", includes_tax=False),
            "Its prices include taxes.",
        ),
        (price_list("A", valid_from=AFTER), SaleTerms(currency="EUR"), "It does not count on 2026-11-26."),
        (price_list("A", valid_to=BEFORE), SaleTerms(currency="EUR"), "It does not count on 2026-11-26."),
        (
            price_list("OWN", channel="Shop"),
            SaleTerms(currency="EUR", customer_list_id="prl_OWN"),
            "It is for the channel Shop.",
        ),
        (price_list("A", valid_from=DAY, valid_to=DAY), SaleTerms(currency="EUR"), None),
        (OWN, TERMS, None),
    ],
)
def test_a_list_counts_when_all_of_its_conditions_hold(each: ActiveList, terms: SaleTerms, reason: str | None) -> None:
    assert choice.misfit(each, terms, DAY) == reason
    assert choice.in_order([each], terms, DAY) == ([each] if reason is None else [])


# --- prices of a list -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantity", "amount"), [("1", "10"), ("9.5", "10"), ("10", "9"), ("99", "9"), ("100", "8"), ("1000", "8")]
)
def test_the_largest_minimum_that_is_reached_counts(quantity: str, amount: str) -> None:
    prices = {"prl_ALL": [entry("9", "10"), entry("8", "100"), entry("10")]}
    price = found([OF_ALL], prices, request(quantity), TERMS)
    assert price is not None
    assert price.amount == Decimal(amount)


def test_the_unit_that_is_asked_for_goes_before_the_items_own_which_counts_with_its_own_quantity() -> None:
    prices = [entry("100", "2", Unit.BOX), entry("9", "20"), entry("8", "50")]
    twelve = Fraction(12)
    one, two, five = (choice.best(prices, request(quantity, Unit.BOX, twelve), "EUR") for quantity in ("1", "2", "5"))
    assert (one, two, five) == (None, prices[0], prices[0])
    assert choice.best([*prices, entry("9.5", "12")], request("1", Unit.BOX, twelve), "EUR") == entry("9.5", "12")
    assert choice.best(prices, request("60"), "EUR") == prices[2]


def test_prices_count_on_their_days_only() -> None:
    old, new = entry("9", valid_to=DAY), entry("8", valid_from=AFTER)
    assert choice.best([new, old], request(), "EUR") == old
    assert choice.best([new], request(), "EUR") is None


def test_a_discount_is_off_the_items_own_price_and_told_apart_from_it() -> None:
    prices = {"prl_ALL": [entry(None, "5", discount_percent=Percent("12.5"))]}
    price = found([OF_ALL], prices, request("5"), TERMS)
    assert price is not None
    assert (price.amount, price.discount_percent, price.unit) == (10, Decimal("12.5"), Unit.EACH)
    assert price.reason == "list ALL, 12.5% off the item's price, from 5 each"
    for without in (item(None), item("10", "USD")):
        assert found([OF_ALL], prices, request("5", item=without), TERMS) is None


def test_a_price_for_so_many_units_is_computed_exactly() -> None:
    prices = {"prl_ALL": [entry("12.50", per=Quantity(300))]}
    price = found([OF_ALL], prices, request("7"), TERMS)
    assert price is not None
    assert choice.value(price, request("7")) == Fraction(7) * Fraction("12.5") / 300
    boxes = request("2", Unit.BOX, Fraction(1, 3))
    assert choice.value(price, boxes) == Fraction(2, 3) * Fraction("12.5") / 300


def test_without_a_price_in_a_list_the_items_own_counts_and_else_none() -> None:
    price = found([OF_ALL], {}, request(), TERMS)
    assert price is not None
    assert (price.source, price.amount, price.price_list_id, price.reason) == (
        PriceSource.ITEM,
        10,
        None,
        "the item's own price",
    )
    assert found([OF_ALL], {}, request(item=item("10", "USD")), TERMS) is None
    assert found([OF_ALL], {}, request(item=item(None)), TERMS) is None
    assert choice.given(Price("3"), Unit.EACH, "EUR").source is PriceSource.GIVEN


# --- all together -----------------------------------------------------------------------------------------------------

some_days = st.none() | st.sampled_from([BEFORE, DAY, AFTER])
active = st.builds(
    lambda number, fields: price_list(f"L{number}", **fields),
    st.integers(0, 9),
    st.fixed_dictionaries(
        {
            "currency": st.sampled_from(["EUR", "EUR", "EUR", "USD"]),
            "includes_tax": st.booleans(),
            "customer_group": st.sampled_from([None, "Dealers", "Others"]),
            "channel": st.sampled_from([None, "Shop", "Web"]),
            "valid_from": some_days,
            "valid_to": some_days,
            "priority": st.integers(-1, 1),
        }
    ),
)
lists_of_tenant = st.lists(active, max_size=6, unique_by=lambda each: each.id)
entries = st.builds(
    lambda amount, discount, minimum, unit, valid_from, valid_to: PriceEntry(
        unit=unit,
        minimum_quantity=QuantityOrZero(minimum),
        valid_from=valid_from,
        valid_to=valid_to,
        amount=None if discount else Price(amount),
        discount_percent=Percent(amount) if discount else None,
    ),
    st.integers(0, 100),
    st.booleans(),
    st.integers(0, 3),
    st.sampled_from([Unit.EACH, Unit.BOX, Unit.PACK]),
    some_days,
    some_days,
)
all_terms = st.builds(
    SaleTerms,
    currency=st.just("EUR"),
    customer_list_id=st.sampled_from([None, "prl_L1", "prl_L2"]),
    group=st.sampled_from([None, "dealers", "OTHERS"]),
    channel=st.sampled_from([None, "shop", "WEB"]),
    includes_tax=st.sampled_from([None, True, False]),
)
all_requests = st.builds(
    lambda quantity, unit, price: request(
        str(quantity), unit, Fraction(1) if unit is Unit.EACH else Fraction(12), item=item(price)
    ),
    st.integers(1, 4),
    st.sampled_from([Unit.EACH, Unit.BOX]),
    st.sampled_from([None, "10"]),
)


@st.composite
def situations(draw: st.DrawFn) -> tuple[list[ActiveList], dict[str, list[PriceEntry]], PriceRequest, SaleTerms]:
    lists = draw(lists_of_tenant)
    asked, terms = draw(all_requests), draw(all_terms)
    prices = {each.id: draw(st.lists(entries, max_size=4)) for each in lists}
    valid = {each: found for each, found in prices.items() if found and not _overlapping(found)}
    return lists, valid, asked, terms


def _overlapping(prices: list[PriceEntry]) -> bool:
    return any(rules.overlaps(each, prices[:index], "") for index, each in enumerate(prices))


Situation = tuple[list[ActiveList], dict[str, list[PriceEntry]], PriceRequest, SaleTerms]


@given(situations(), st.randoms(use_true_random=False))
def test_the_order_of_what_is_given_never_matters(situation: Situation, random: Any) -> None:
    lists, prices, asked, terms = situation
    shuffled = list(lists)
    random.shuffle(shuffled)
    mixed = {each: random.sample(found, len(found)) for each, found in prices.items()}
    assert found(shuffled, mixed, asked, terms) == found(lists, prices, asked, terms)
    assert choice.explain(shuffled, mixed, asked, terms) == choice.explain(lists, prices, asked, terms)


@given(situations())
def test_one_wins_exactly_when_there_is_a_price_and_every_other_one_says_why_not(situation: Situation) -> None:
    lists, prices, asked, terms = situation
    price, considered = found(lists, prices, asked, terms), choice.explain(lists, prices, asked, terms)
    winners = [each for each in considered if each.outcome is PriceOutcome.WON]
    assert len(winners) == (price is not None)
    if price is not None:
        winner = winners[0]
        assert (winner.source, winner.price_list_id, winner.reason) == (price.source, price.price_list_id, price.reason)
    assert all(each.reason for each in considered)
    named = {each.price_list_id for each in considered if each.price_list_id}
    assert named == {each.id for each in lists} | ({terms.customer_list_id} - {None})
    places = [each.outcome for each in considered]
    before = places[: places.index(PriceOutcome.WON)] if winners else places
    assert set(before) <= {PriceOutcome.LOST}


@given(situations())
def test_a_price_that_was_found_satisfies_everything_that_was_asked(situation: Situation) -> None:
    lists, prices, asked, terms = situation
    price = found(lists, prices, asked, terms)
    if price is None or price.source is PriceSource.ITEM:
        return
    of_list = next(each for each in lists if each.id == price.price_list_id)
    assert of_list.currency == price.currency == terms.currency
    assert terms.includes_tax in (None, of_list.includes_tax)
    assert holds(of_list, asked.day)
    quantity = choice.quantity_in(price.minimum_unit, asked)
    assert quantity is not None
    assert price.minimum_quantity <= quantity
    assert choice.value(price, asked) >= 0


@given(situations())
def test_leaving_out_what_lost_changes_nothing(situation: Situation) -> None:
    lists, prices, asked, terms = situation
    price = found(lists, prices, asked, terms)
    for each in lists:
        if price is None or each.id != price.price_list_id:
            others = [other for other in lists if other is not each]
            assert found(others, prices, asked, terms) == price


# --- what may be written ----------------------------------------------------------------------------------------------


@given(st.lists(entries, max_size=5))
def test_prices_are_refused_exactly_when_two_count_for_one_unit_from_one_quantity_on_one_day(
    prices: list[PriceEntry],
) -> None:
    days = [BEFORE, DAY, AFTER, date.min, date.max]
    counting = [(each.unit, each.minimum_quantity, day) for each in prices for day in days if holds(each, day)]
    assert _overlapping(prices) == (len(counting) > len(set(counting)))


def test_all_errors_of_prices_are_told_at_once() -> None:
    wrong = [
        entry("1", "0.5", Unit.BOX),
        entry(None),
        entry("1", discount_percent=Percent(5), valid_from=AFTER, valid_to=BEFORE),
        entry(None, discount_percent=Percent(5), per=Quantity("1.5"), minimum="3"),
        entry("1", "3"),
    ]
    problems = rules.entry_errors(wrong, item(), "/prices/7")
    assert [(each.pointer.removeprefix("/prices/7/entries"), each.code) for each in problems] == [
        ("/0/unit", "unknown_unit"),
        ("/0/minimum_quantity", "too_precise"),
        ("/1", "amount_or_discount"),
        ("/2", "amount_or_discount"),
        ("/2/valid_to", "empty_period"),
        ("/3/per", "too_precise"),
        ("/3/per", "not_with_discount"),
        ("/4", "overlapping"),
    ]
