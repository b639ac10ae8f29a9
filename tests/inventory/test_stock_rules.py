"""Rules of stock alone: nothing is stored here."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.inventory.documents import rules
from chalicelib.inventory.documents.schemas import (
    StockAdjustment,
    StockAdjustmentLine,
    StockAdjustmentReason,
    StockReceipt,
    StockReceiptLine,
    StockTransfer,
    StockTransferLine,
)
from chalicelib.inventory.stock import rules as reading
from chalicelib.inventory.stock.level_schemas import MAX_SKUS
from chalicelib.inventory.stock.schemas import StockMovementKind
from chalicelib.inventory.warehouses.places import Place
from chalicelib.inventory.warehouses.schemas import Zone
from chalicelib.kernel.decimals import Quantity, QuantityOrZero, SignedQuantity
from chalicelib.kernel.errors import BadRequest, DomainError, Invalid

BIKE, BELL = "itm_bike", "itm_bell"
HERE, SHELF, CAGE, AWAY = "loc_here", "loc_shelf", "loc_cage", "loc_away"
PLACES = {
    HERE: Place(HERE, "wh_here"),
    SHELF: Place(SHELF, "wh_here"),
    CAGE: Place(CAGE, "wh_here", Zone.QUARANTINE),
    AWAY: Place(AWAY, "wh_away", Zone.QUARANTINE),
}


def receipt(*lines: tuple[str, str, str], **fields: Any) -> StockReceipt:
    return StockReceipt(
        lines=[StockReceiptLine(item_id=i, location_id=at, quantity=Quantity(q)) for i, at, q in lines], **fields
    )


def adjustment(*lines: tuple[str, str, str]) -> StockAdjustment:
    changes = [StockAdjustmentLine(item_id=i, location_id=at, change=SignedQuantity(q)) for i, at, q in lines]
    return StockAdjustment(lines=changes, reason=StockAdjustmentReason.LOST)


def transfer(*lines: tuple[str, str, str, str]) -> StockTransfer:
    return StockTransfer(
        lines=[
            StockTransferLine(item_id=i, from_location_id=left, to_location_id=to, quantity=Quantity(q))
            for i, left, to, q in lines
        ]
    )


def refused(error: pytest.ExceptionInfo[DomainError]) -> list[tuple[str, str]]:
    return [(each.pointer, each.code) for each in error.value.errors]


def test_a_receipt_adds_and_its_moves_name_it() -> None:
    (first, second) = rules.received(
        receipt((BIKE, HERE, "2"), (BIKE, SHELF, "0.5"), reference="PO 7"), "rcv_1", PLACES
    )
    assert (first.item_id, first.place.location_id, first.quantity) == (BIKE, HERE, 2)
    assert (second.place.location_id, second.pointer, second.line) == (SHELF, "/lines/1", 2)
    assert {first.kind, second.kind} == {StockMovementKind.RECEIPT}
    assert {(each.document_id, each.reference) for each in (first, second)} == {("rcv_1", "PO 7")}


def test_an_adjustment_adds_or_takes_away_with_its_reason() -> None:
    found = rules.adjusted(adjustment((BIKE, HERE, "-2"), (BELL, HERE, "3")), "adj_1", PLACES, {})
    assert [(each.quantity, each.reason, each.is_fact) for each in found] == [(-2, "lost", True), (3, "lost", True)]


def test_a_count_moves_the_difference_to_what_is_there() -> None:
    places = (HERE, SHELF, CAGE)
    lines = [StockAdjustmentLine(item_id=BIKE, location_id=at, counted=QuantityOrZero(3)) for at in places]
    command = StockAdjustment(lines=lines, reason=StockAdjustmentReason.COUNTED)
    there = {(BIKE, PLACES[at]): Decimal(quantity) for at, quantity in zip(places, (5, 3, 0), strict=True)}
    found = rules.adjusted(command, "adj_1", PLACES, there)
    assert [(each.quantity, each.line) for each in found] == [(-2, 1), (3, 3)]


def test_a_transfer_takes_from_one_location_what_it_gives_to_the_other() -> None:
    out, into = rules.transferred(transfer((BIKE, HERE, SHELF, "4")), "trf_1", PLACES)
    assert (out.place.location_id, out.quantity, out.kind) == (HERE, -4, StockMovementKind.TRANSFER_OUT)
    assert (into.place.location_id, into.quantity, into.kind) == (SHELF, 4, StockMovementKind.TRANSFER_IN)


@pytest.mark.parametrize(("target", "is_fact"), [(SHELF, False), (CAGE, True), (AWAY, False)])
def test_only_what_is_taken_out_of_sale_in_its_warehouse_cannot_be_refused(target: str, is_fact: bool) -> None:
    moves = rules.transferred(transfer((BIKE, HERE, target, "4")), "trf_1", PLACES)
    assert {each.is_fact for each in moves} == {is_fact}


def test_a_transfer_to_where_the_goods_are_is_refused() -> None:
    with pytest.raises(Invalid) as error:
        rules.transferred(transfer((BELL, HERE, SHELF, "1"), (BIKE, HERE, HERE, "1")), "trf_1", PLACES)
    assert refused(error) == [("/lines/1/to_location_id", "same_location")]


def test_skus_are_trimmed_and_asked_for_once() -> None:
    assert reading.requested_skus(" B , A,,B ") == ["B", "A"]


@pytest.mark.parametrize("given_skus", [",", " , ", ",".join(f"S{number}" for number in range(MAX_SKUS + 1))])
def test_no_sku_and_too_many_are_refused(given_skus: str) -> None:
    with pytest.raises(BadRequest) as error:
        reading.requested_skus(given_skus)
    assert refused(error) == [("/query/skus", "wrong_count")]


@given(st.integers(0, 300_000), st.integers(0, 300_000))
def test_halving_finds_the_last_number_for_which_it_holds_with_few_questions(one: int, other: int) -> None:
    highest, last = {"a": one, "b": other}, {"a": other, "b": one}
    asked: list[Mapping[str, int]] = []

    def holds(numbers: Mapping[str, int]) -> set[str]:
        asked.append(numbers)
        return {key for key, number in numbers.items() if number <= last[key]}

    assert reading.last_true(highest, holds) == dict.fromkeys(highest, min(one, other))
    assert len(asked) <= 19
    assert all(1 <= number <= highest[key] for numbers in asked for key, number in numbers.items())
