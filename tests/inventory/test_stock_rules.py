"""Rules of stock alone: nothing is stored here."""

from decimal import Decimal
from typing import Any

import pytest
from chalicelib.inventory.stock.balances import Move, StockKey, StockLevel, level, shortages
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.inventory.stock import rules
from chalicelib.inventory.stock.errors import InsufficientStock
from chalicelib.inventory.stock.schemas import (
    MAX_SKUS,
    StockAdjustment,
    StockAdjustmentLine,
    StockAdjustmentReason,
    StockMovementKind,
    StockReceipt,
    StockReceiptLine,
    StockTransfer,
    StockTransferLine,
)
from chalicelib.inventory.stock.tables import Balance
from chalicelib.kernel.decimals import Quantity, SignedQuantity
from chalicelib.kernel.errors import BadRequest, DomainError, Invalid

BIKE, BELL = "itm_bike", "itm_bell"
HERE, SHELF = "loc_here", "loc_shelf"


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


def move(quantity: str, **fields: Any) -> Move:
    return Move(StockKey(BIKE, HERE), Decimal(quantity), StockMovementKind.ADJUSTMENT, "R-1", **fields)


def test_a_receipt_adds_and_is_known_by_its_reference_or_else_by_the_operation() -> None:
    (first, second) = rules.received(receipt((BIKE, HERE, "2"), (BIKE, SHELF, "0.5"), note="late"), "rcv_1")
    assert (first.stock_key, first.quantity, first.kind) == (StockKey(BIKE, HERE), 2, StockMovementKind.RECEIPT)
    assert (second.stock_key, second.pointer, second.note) == (StockKey(BIKE, SHELF), "/lines/1", "late")
    assert {first.reference, second.reference} == {"rcv_1"}
    (named,) = rules.received(receipt((BIKE, HERE, "2"), reference="PO 7"), "rcv_1")
    assert named.reference == "PO 7"


def test_an_adjustment_adds_or_takes_away_with_its_reason() -> None:
    found = rules.adjusted(adjustment((BIKE, HERE, "-2"), (BELL, HERE, "3")), "adj_1")
    assert [(each.quantity, each.reason) for each in found] == [(-2, "lost"), (3, "lost")]


def test_an_adjustment_of_nothing_is_refused_at_its_line() -> None:
    with pytest.raises(Invalid) as error:
        rules.adjusted(adjustment((BIKE, HERE, "1"), (BELL, HERE, "0")), "adj_1")
    assert refused(error) == [("/lines/1/change", "zero")]


def test_a_transfer_takes_from_one_location_what_it_gives_to_the_other() -> None:
    out, into = rules.transferred(transfer((BIKE, HERE, SHELF, "4")), "trf_1")
    assert (out.stock_key.location_id, out.quantity, out.kind) == (HERE, -4, StockMovementKind.TRANSFER_OUT)
    assert (into.stock_key.location_id, into.quantity, into.kind) == (SHELF, 4, StockMovementKind.TRANSFER_IN)


def test_a_transfer_to_where_the_goods_are_is_refused() -> None:
    with pytest.raises(Invalid) as error:
        rules.transferred(transfer((BELL, HERE, SHELF, "1"), (BIKE, HERE, HERE, "1")), "trf_1")
    assert refused(error) == [("/lines/1/to_location_id", "same_location")]


@pytest.mark.parametrize(
    "moves",
    [
        lambda: rules.received(receipt((BIKE, HERE, "1"), (BIKE, HERE, "2")), "x"),
        lambda: rules.adjusted(adjustment((BIKE, HERE, "1"), (BIKE, HERE, "-1")), "x"),
        lambda: rules.transferred(transfer((BIKE, HERE, SHELF, "1"), (BIKE, "loc_else", SHELF, "1")), "x"),
    ],
)
def test_an_item_given_twice_at_a_location_is_refused_at_the_second_line(moves: Any) -> None:
    with pytest.raises(Invalid) as error:
        moves()
    assert refused(error) == [("/lines/1", "repeated")]


@pytest.mark.parametrize(
    ("entry", "available", "wanted"),
    [
        (move("-5"), "3", "5"),
        (move("-5"), "-1", "5"),
        (move("-3"), "3", None),
        (move("5"), "0", None),
        (move("-5", from_committed=True), "0", None),
    ],
)
def test_only_what_takes_more_than_is_free_is_short(entry: Move, available: str, wanted: str | None) -> None:
    there = {entry.stock_key: StockLevel(Decimal(9), Decimal(6), Decimal(available))}
    found = shortages([entry], there)
    assert [each.wanted for each in found] == ([] if wanted is None else [Decimal(wanted)])


def test_a_refusal_names_line_item_wanted_and_available() -> None:
    short = shortages([move("-5", pointer="/lines/3")], {StockKey(BIKE, HERE): StockLevel(available=Decimal("2.50"))})
    error = InsufficientStock(short)
    assert [(each.pointer, each.message) for each in error.errors] == [
        ("/lines/3", f"5 of {BIKE} wanted, 2.5 available at {HERE}.")
    ]
    assert error.members()["shortages"][0]["available"] == "2.5"


def test_the_level_of_a_balance_that_does_not_exist_is_zero() -> None:
    assert level(None) == StockLevel(Decimal(0), Decimal(0), Decimal(0), blocked=False)


def test_the_level_of_a_balance_says_whether_it_is_blocked() -> None:
    row = Balance(on_hand=Decimal(3), committed=Decimal(1), available=Decimal(2), blocked=True)
    assert level(row) == StockLevel(Decimal(3), Decimal(1), Decimal(2), blocked=True)
    row.blocked = None
    assert not level(row).blocked


def test_skus_are_trimmed_and_asked_for_once() -> None:
    assert rules.requested_skus(" B , A,,B ") == ["B", "A"]


@pytest.mark.parametrize("given_skus", [",", " , ", ",".join(f"S{number}" for number in range(MAX_SKUS + 1))])
def test_no_sku_and_too_many_are_refused(given_skus: str) -> None:
    with pytest.raises(BadRequest) as error:
        rules.requested_skus(given_skus)
    assert refused(error) == [("/query/skus", "wrong_count")]


@given(st.integers(0, 300_000), st.integers(0, 300_000))
def test_halving_finds_the_last_number_for_which_it_holds_with_few_questions(highest: int, last: int) -> None:
    asked: list[int] = []

    def holds(number: int) -> bool:
        asked.append(number)
        return number <= last

    assert rules.last_true(highest, holds) == min(highest, last)
    assert len(asked) <= 19
    assert all(1 <= number <= highest for number in asked)
