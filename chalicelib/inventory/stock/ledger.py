"""Reads the ledger of stock: movements, and what there was at a time."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal

from chalicelib.inventory.stock import moved_by, rules, tables
from chalicelib.inventory.stock.ledger_schemas import AsOfQuery, LedgerChoice, LedgerQuery, StockAsOf, StockMovement
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.inventory.warehouses.places import Place
from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.codes import folded
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import BadRequest, NotFound
from chalicelib.kernel.lists import paginate, paginate_numbered, require_range
from chalicelib.kernel.mapping import to_struct
from chalicelib.kernel.pages import Page
from chalicelib.kernel.visibility import find, find_many

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
    place = _asked_place(call, query)
    if place is None:
        return Page([])
    whole = query.location_id is None
    first, last = _between(call, query, query.item_id, place.warehouse_id)
    choice = LedgerChoice(
        item_id=query.item_id,
        warehouse_id=place.warehouse_id,
        first_seq=first,
        last_seq=last,
        bin_id=None if whole or place.is_loose else place.location_id,
        is_loose=True if place.is_loose and not whole else None,
        kind=query.kind,
        reference=query.reference,
        document_id=query.document_id,
        limit=query.limit,
        cursor=query.cursor,
    )
    if first > last:
        return Page([])
    rows, cursor = paginate(tables.Movement, tables.LEDGER_VIEWS, call, choice)
    return Page([_view(row) for row in rows], cursor)


def _page_of_document(call: Call, query: LedgerQuery, document_id: str) -> Page[StockMovement]:
    def after(number: int) -> Iterator[tuple[int, tables.Movement]]:
        for keys in moved_by.movements(call, document_id, number):
            refs = {tables.movement_ref(call.tenant, *key): each for each, key in keys}
            for row in find_many(call, tables.Movement, refs):
                if _is_asked(row, query):
                    yield refs[store.ref_of(row)], row

    rows, cursor = paginate_numbered(call, "ledger", query, after)
    return Page([_view(row) for row in rows], cursor)


def _is_asked(row: tables.Movement, query: LedgerQuery) -> bool:
    return (
        query.warehouse_id in (None, row.warehouse_id)
        and query.location_id in (None, row.location_id)
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
    found = _last(call, item_id, warehouse_id, lambda movement: movement.at < at)
    return found.seq if found else 0


def _view(row: tables.Movement) -> StockMovement:
    names = ("item_id", "warehouse_id", "location_id", "place_balance")
    return to_struct(row, StockMovement, **{name: getattr(row, name) for name in names})


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
    found = _last(call, query.item_id, place.warehouse_id, lambda movement: movement.at <= query.at)
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


def _last(
    call: Call, item_id: str, warehouse_id: str, is_meant: Callable[[tables.Movement], bool]
) -> tables.Movement | None:
    """The last movement for which something holds that holds for all before it."""
    row = find(call, tables.Stock, call.tenant.key(item_id), warehouse_id)
    before: dict[int, tables.Movement] = {}

    def is_before(asked: Mapping[str, int]) -> list[str]:
        seq = asked[item_id]
        movement = find(call, tables.Movement, tables.movements_key(call.tenant, item_id, warehouse_id), seq)
        if movement is None or not is_meant(movement):
            return []
        before[seq] = movement
        return [item_id]

    return before.get(rules.last_true({item_id: row.seq if row else 0}, is_before)[item_id])


def _last_in_bin(call: Call, item_id: str, location_id: str, seq: int) -> tables.Movement | None:
    """The last movement in a bin up to a `seq`."""
    key = (tables.ByBin.bin_key == call.tenant.key(item_id, location_id)) & (tables.ByBin.seq <= seq)
    page = store.query(tables.Movement, key, index="by_bin", limit=1, newest_first=True)
    return next((tables.Movement.read(item) for item in store.full(tables.Movement, page.items)), None)
