"""Reads the ledger of stock: the movements of an item, or of a document."""

from collections.abc import Collection, Iterator
from datetime import datetime
from functools import partial

from chalicelib.inventory.stock import as_of, moved_by, tables
from chalicelib.inventory.stock.ledger_schemas import LedgerChoice, LedgerQuery, StockMovement
from chalicelib.inventory.warehouses import areas
from chalicelib.inventory.warehouses.areas import Area
from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.codes import folded
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import BadRequest
from chalicelib.kernel.lists import paginate, paginate_positions, require_range
from chalicelib.kernel.mapping import to_struct
from chalicelib.kernel.pages import Page
from chalicelib.kernel.visibility import find_many

LAST_SEQ = 10**12
"""No item moves more often in a warehouse."""


def page_ledger(call: Call, query: LedgerQuery) -> Page[StockMovement]:
    """A page of the movements of an item in a warehouse or at a location, newest first, or of those of a document.
    BadRequest without any of these."""
    require_range(query)
    if query.item_id is None and query.document_id is not None and moved_by.is_known(query.document_id):
        return _page_of_document(call, query, query.document_id)
    if query.item_id is None:
        raise BadRequest(
            "Give item_id with warehouse_id or location_id, or the document_id of a stock document or shipment."
        )
    area = as_of.asked_area(call, query)
    if area is None:
        return Page([])
    choice = _choice(call, query, query.item_id, area)
    if choice.first_seq > choice.last_seq:
        return Page([])
    narrow = None if choice.area_of is None else partial(_at, area.location_ids)
    rows, cursor = paginate(tables.Movement, tables.LEDGER_VIEWS, call, choice, narrow=narrow)
    return Page([_view(row) for row in rows], cursor)


def _at(location_ids: Collection[str], rows: list[tables.Movement]) -> list[tables.Movement]:
    """The movements at these locations."""
    return [row for row in rows if row.location_id in location_ids]


def _choice(call: Call, query: LedgerQuery, item_id: str, area: Area) -> LedgerChoice:
    """The movements that are asked for, in the words of the lists of the table."""
    place, is_place = area.place, query.location_id is not None and area.is_one
    first, last = _between(call, query, item_id, place.warehouse_id)
    return LedgerChoice(
        item_id=item_id,
        warehouse_id=place.warehouse_id,
        first_seq=first,
        last_seq=last,
        bin_id=place.location_id if is_place and not place.is_loose else None,
        is_loose=True if is_place and place.is_loose else None,
        area_of=None if is_place else query.location_id,
        kind=query.kind,
        reference=query.reference,
        document_id=query.document_id,
        limit=query.limit,
        cursor=query.cursor,
    )


def _page_of_document(call: Call, query: LedgerQuery, document_id: str) -> Page[StockMovement]:
    area = None
    if query.location_id is not None:
        area = areas.read(call, query.location_id, with_inner=query.with_inner)
        if area is None:
            return Page([])

    def after(number: int) -> Iterator[tuple[int, tables.Movement]]:
        for keys in moved_by.movements(call, document_id, number):
            refs = {tables.movement_ref(call.tenant, *key): each for each, key in keys}
            for row in find_many(call, tables.Movement, refs):
                if _is_asked(row, query, area):
                    yield refs[store.ref_of(row)], row

    rows, cursor = paginate_positions(call, "ledger", query, after, 0)
    return Page([_view(row) for row in rows], cursor)


def _is_asked(row: tables.Movement, query: LedgerQuery, area: Area | None) -> bool:
    return (
        query.warehouse_id in (None, row.warehouse_id)
        and (area is None or row.location_id in area.location_ids)
        and query.kind in (None, row.kind)
        and (query.from_ is None or row.at >= query.from_)
        and (query.to is None or row.at < query.to)
        and (query.reference is None or folded(row.reference or "") == folded(query.reference))
    )


def _between(call: Call, query: LedgerQuery, item_id: str, warehouse_id: str) -> tuple[int, int]:
    """The numbers of the first and the last movement in the range of time, which both stay what they are."""
    first, last = 1, LAST_SEQ
    if query.from_ is not None:
        first = _count_before(call, item_id, warehouse_id, query.from_) + 1
    if query.to is not None and query.to <= clock.now():
        last = _count_before(call, item_id, warehouse_id, query.to)
    return first, last


def _count_before(call: Call, item_id: str, warehouse_id: str, at: datetime) -> int:
    found = as_of.last(call, item_id, warehouse_id, lambda movement: movement.at < at)
    return found.seq if found else 0


def _view(row: tables.Movement) -> StockMovement:
    names = ("item_id", "warehouse_id", "location_id", "place_balance")
    return to_struct(row, StockMovement, **{name: getattr(row, name) for name in names})
