"""Rules of shipments alone: nothing is stored here."""

from decimal import Decimal

import pytest

from chalicelib.fulfilment.shipments import rules
from chalicelib.fulfilment.shipments.picking import Pick
from chalicelib.fulfilment.shipments.schemas import ShipmentStatus
from chalicelib.fulfilment.shipments.states import SHIPMENT
from chalicelib.fulfilment.shipments.tables import Shipment
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.inventory.stock.schemas import StockMovementKind
from chalicelib.inventory.warehouses.places import Place
from chalicelib.jobs.staged import Staged
from chalicelib.kernel.errors import TransitionRefused


def pick(line: int, sku: str, location: str, quantity: str) -> Pick:
    return Pick(
        line=line,
        item_id=f"itm_{sku}",
        sku=sku,
        name=sku,
        unit="each",
        location_id=location,
        quantity=Decimal(quantity),
    )


PICKS = [pick(1, "bike", "loc_b", "2"), pick(2, "bell", "loc_a", "5"), pick(3, "bike", "loc_b", "1")]


def test_a_pick_list_goes_through_the_warehouse_by_location_and_sku() -> None:
    assert [entry.line for entry in rules.in_pick_order(PICKS)] == [2, 1, 3]


def test_lines_of_one_item_change_its_stock_once() -> None:
    grouped = rules.by_stock_key("wh_a", PICKS)
    assert list(grouped) == [StockKey("itm_bell", "wh_a"), StockKey("itm_bike", "wh_a")]
    assert [entry.line for entry in grouped[StockKey("itm_bike", "wh_a")]] == [1, 3]


def test_goods_leave_out_of_what_is_committed_and_come_back_into_it() -> None:
    places = {"loc_b": Place("loc_b", "wh_a"), "loc_c": Place("loc_c", "wh_a")}
    picks = [PICKS[0], PICKS[2]]
    (left,) = rules.departure("shp_1", places, picks)
    (back,) = rules.reversal("shp_1", places, picks, freed=Decimal(0), to=None)
    assert (left.quantity, left.kind, left.is_committed) == (Decimal(-3), StockMovementKind.SHIPMENT, True)
    assert (back.quantity, back.kind, back.is_committed) == (Decimal(3), StockMovementKind.SHIPMENT_REVERSAL, True)
    (back,) = rules.reversal("shp_1", places, picks, freed=Decimal(3), to=places["loc_c"])
    assert (back.place, back.is_committed) == (places["loc_c"], False)
    parts = rules.reversal("shp_1", places, picks, freed=Decimal(1), to=None)
    assert [(part.quantity, part.is_committed) for part in parts] == [(Decimal(1), False), (Decimal(2), True)]


@pytest.mark.parametrize(
    ("status", "allowed"),
    [
        ("draft", ["update", "report_missing", "pack", "ship", "cancel"]),
        ("packed", ["update", "pack", "ship", "cancel"]),
        ("shipped", ["update", "deliver", "cancel"]),
        ("delivered", ["update", "cancel"]),
        ("cancelled", []),
    ],
)
def test_each_status_allows_its_steps_and_refuses_all_others(status: str, allowed: list[str]) -> None:
    row = Shipment(status=ShipmentStatus(status))
    assert SHIPMENT.allowed(row) == allowed
    for name in {"update", "pack", "ship", "deliver", "cancel"} - set(allowed):
        with pytest.raises(TransitionRefused):
            SHIPMENT.require(row, name)


def test_nothing_is_allowed_while_a_job_works_on_it() -> None:
    row = Shipment(status=ShipmentStatus.DRAFT, staged=Staged("ship", "job_1"))
    assert SHIPMENT.allowed(row) == []
    with pytest.raises(TransitionRefused) as refused:
        SHIPMENT.take(row, "pack")
    assert refused.value.members()["job_id"] == "job_1"
