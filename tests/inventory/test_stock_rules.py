"""Rules of stock alone: nothing is stored here."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.inventory.documents import line_moves, rules
from chalicelib.inventory.documents.document_schemas import StockDocumentKind
from chalicelib.inventory.documents.line_moves import Mover
from chalicelib.inventory.documents.schemas import StockAdjustmentReason, StockTransferLine
from chalicelib.inventory.documents.tables import DocumentLine, StockDocument
from chalicelib.inventory.stock import rules as reading
from chalicelib.inventory.stock.level_schemas import MAX_SKUS
from chalicelib.inventory.stock.moves import Move
from chalicelib.inventory.stock.schemas import StockMovementKind
from chalicelib.inventory.warehouses.places import Place
from chalicelib.inventory.warehouses.schemas import Zone
from chalicelib.kernel.decimals import Quantity
from chalicelib.kernel.errors import BadRequest

BIKE, BELL = "itm_bike", "itm_bell"
HERE, SHELF, CAGE, AWAY = "loc_here", "loc_shelf", "loc_cage", "loc_away"
PLACES = {
    HERE: Place(HERE, "wh_here"),
    SHELF: Place(SHELF, "wh_here"),
    CAGE: Place(CAGE, "wh_here", Zone.QUARANTINE),
    AWAY: Place(AWAY, "wh_away", Zone.QUARANTINE),
}


TODAY = date(2026, 11, 27)


def document(kind: StockDocumentKind, **fields: Any) -> StockDocument:
    return StockDocument(id="doc_1", kind=kind, effective_on=TODAY, **fields)


def line(number: int, item: str, left: str | None, to: str | None, quantity: int | str, **fields: Any) -> DocumentLine:
    return DocumentLine(
        line=number,
        item_id=item,
        sku=item,
        from_location_id=left,
        to_location_id=to,
        quantity=Decimal(quantity),
        **fields,
    )


def moves(row: StockDocument, *lines: DocumentLine) -> list[Move]:
    mover = Mover(row, PLACES, TODAY)
    return [move for each in lines for move in mover.of_line(each, f"/lines/{each.line - 1}")]


def test_a_receipt_adds_and_its_moves_name_it() -> None:
    row = document(StockDocumentKind.RECEIPT, reference="PO 7")
    (first, second) = moves(row, line(1, BIKE, None, HERE, 2), line(2, BIKE, None, SHELF, "0.5"))
    assert (first.item_id, first.place.location_id, first.quantity) == (BIKE, HERE, 2)
    assert (second.place.location_id, second.pointer, second.line) == (SHELF, "/lines/1", 2)
    assert {first.kind, second.kind} == {StockMovementKind.RECEIPT}
    assert {(each.document_id, each.reference) for each in (first, second)} == {("doc_1", "PO 7")}
    assert {each.effective_on for each in (first, second)} == {None}


def test_what_happened_on_another_day_says_so() -> None:
    row = document(StockDocumentKind.RECEIPT)
    row.effective_on = date(2026, 10, 31)
    (move,) = moves(row, line(1, BIKE, None, HERE, 2))
    assert move.effective_on == date(2026, 10, 31)


def test_an_adjustment_adds_or_takes_away_with_its_reason() -> None:
    row = document(StockDocumentKind.ADJUSTMENT, reason=StockAdjustmentReason.LOST)
    found = moves(row, line(1, BIKE, HERE, None, 2), line(2, BELL, None, HERE, 3))
    assert [(each.quantity, each.reason, each.is_fact) for each in found] == [(-2, "lost", True), (3, "lost", True)]


def test_a_count_moves_the_difference_to_what_is_there() -> None:
    row = document(StockDocumentKind.ADJUSTMENT, reason=StockAdjustmentReason.COUNTED)
    counted = [line(n, BIKE, None, at, 0, counted=Decimal(3)) for n, at in enumerate((HERE, SHELF, CAGE), 1)]
    settled = [line_moves.settled(each, Decimal(there)) for each, there in zip(counted, (5, 3, 0), strict=True)]
    assert [(each.quantity, each.line) for each in moves(row, *settled)] == [(-2, 1), (3, 3)]
    assert [line_moves.settled(each, Decimal(1)).quantity for each in settled] == [2, 2, 2]


def test_a_transfer_takes_from_one_location_what_it_gives_to_the_other() -> None:
    out, into = moves(document(StockDocumentKind.TRANSFER), line(1, BIKE, HERE, SHELF, 4))
    assert (out.place.location_id, out.quantity, out.kind) == (HERE, -4, StockMovementKind.TRANSFER_OUT)
    assert (into.place.location_id, into.quantity, into.kind) == (SHELF, 4, StockMovementKind.TRANSFER_IN)


def test_a_reversed_transfer_takes_back_with_the_kinds_of_the_original() -> None:
    taken_back = line_moves.reversed_line(line(1, BIKE, HERE, SHELF, 4), is_in_transit=False)
    back = moves(document(StockDocumentKind.TRANSFER, reverses="trf_0"), taken_back)
    assert [(each.place.location_id, each.quantity, each.kind, each.is_fact) for each in back] == [
        (SHELF, -4, StockMovementKind.TRANSFER_IN, True),
        (HERE, 4, StockMovementKind.TRANSFER_OUT, True),
    ]


@pytest.mark.parametrize(("target", "is_fact"), [(SHELF, False), (CAGE, True), (AWAY, False)])
def test_only_what_is_taken_out_of_sale_in_its_warehouse_cannot_be_refused(target: str, is_fact: bool) -> None:
    found = moves(document(StockDocumentKind.TRANSFER), line(1, BIKE, HERE, target, 4))
    assert {each.is_fact for each in found} == {is_fact}


def test_a_transfer_to_where_the_goods_are_is_refused() -> None:
    lines = [
        StockTransferLine(item_id=BELL, from_location_id=HERE, to_location_id=to, quantity=Quantity(1))
        for to in (SHELF, HERE)
    ]
    found = [(each.pointer, each.code) for each in rules.transfer_errors(lines)]
    assert found == [("/lines/1/to_location_id", "same_location")]


def test_skus_are_trimmed_and_asked_for_once() -> None:
    assert reading.requested_skus(" B , A,,B ") == ["B", "A"]


@pytest.mark.parametrize("given_skus", [",", " , ", ",".join(f"S{number}" for number in range(MAX_SKUS + 1))])
def test_no_sku_and_too_many_are_refused(given_skus: str) -> None:
    with pytest.raises(BadRequest) as error:
        reading.requested_skus(given_skus)
    assert [(each.pointer, each.code) for each in error.value.errors] == [("/query/skus", "wrong_count")]


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
