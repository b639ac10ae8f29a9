"""Reads the ledger of stock: movements, and what there was at a time."""

from datetime import datetime
from decimal import Decimal

from chalicelib.inventory.stock import history, tables
from chalicelib.inventory.stock.ledger_schemas import AsOfQuery, LedgerChoice, LedgerQuery, StockAsOf, StockMovement
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.inventory.warehouses.places import Place
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import BadRequest, NotFound
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import to_struct
from chalicelib.kernel.pages import Page
from chalicelib.kernel.visibility import find


def page_ledger(call: Call, query: LedgerQuery) -> Page[StockMovement]:
    """A page of the movements of an item in a warehouse or at a location, newest first. BadRequest without either."""
    place = _asked_place(call, query)
    if place is None:
        return Page([])
    whole = query.location_id is None
    choice = LedgerChoice(
        item_id=query.item_id,
        warehouse_id=place.warehouse_id,
        bin_id=None if whole or place.is_loose else place.location_id,
        is_loose=True if place.is_loose and not whole else None,
        kind=query.kind,
        reference=query.reference,
        document_id=query.document_id,
        limit=query.limit,
        cursor=query.cursor,
    )
    rows, cursor = paginate(tables.Movement, tables.LEDGER_VIEWS, call, choice)
    return Page([to_struct(row, StockMovement, **_where(row)) for row in rows], cursor)


def _where(row: tables.Movement) -> dict[str, object]:
    return {name: getattr(row, name) for name in ("warehouse_id", "location_id", "place_balance")}


def _asked_place(call: Call, query: LedgerQuery | AsOfQuery) -> Place | None:
    """The place that is asked for; the default one for a whole warehouse. None for a location that the caller cannot
    see. BadRequest unless there is one of warehouse and location."""
    if (query.location_id is None) is (query.warehouse_id is None):
        raise BadRequest("Give either warehouse_id or location_id.")
    if query.location_id is not None:
        return warehouses.read_place(call, query.location_id)
    return warehouses.default_place(query.warehouse_id or "")


def as_of(call: Call, query: AsOfQuery) -> StockAsOf:
    """The quantity on hand at a time. Movements are sorted by time, so a binary search finds the last one of 100,000
    with 17 reads."""
    place = _asked_place(call, query)
    if place is None:
        raise NotFound("There is no such location.")
    found = _last_until(call, query.item_id, place.warehouse_id, query.at)
    if found is not None and query.location_id is not None and not place.is_loose:
        found = _last_in_bin(call, query.item_id, place.location_id, found.seq)
    on_hand = Decimal(0)
    if found is not None:
        on_hand = found.balance if query.location_id is None else found.loose if place.is_loose else found.place_balance
    return StockAsOf(
        item_id=query.item_id,
        warehouse_id=place.warehouse_id,
        location_id=query.location_id,
        at=query.at,
        on_hand=on_hand,
        seq=found.seq if found else 0,
    )


def _last_until(call: Call, item_id: str, warehouse_id: str, at: datetime) -> tables.Movement | None:
    row = find(call, tables.Stock, call.tenant.key(item_id), warehouse_id)
    found = {} if row is None else history.last_until(call.tenant, [row], at)
    return next(iter(found.values()), None)


def _last_in_bin(call: Call, item_id: str, location_id: str, seq: int) -> tables.Movement | None:
    """The last movement in a bin up to a `seq`."""
    key = (tables.ByBin.bin_key == call.tenant.key(item_id, location_id)) & (tables.ByBin.seq <= seq)
    page = store.query(tables.Movement, key, index="by_bin", limit=1, newest_first=True)
    return next((tables.Movement.read(item) for item in store.full(tables.Movement, page.items)), None)
