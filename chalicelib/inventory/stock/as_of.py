"""Reads what there was at a time, by the ledger."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from chalicelib.inventory.stock import bins, repository, rules, tables
from chalicelib.inventory.stock.ledger_schemas import AsOfQuery, LedgerQuery, StockAsOf
from chalicelib.inventory.warehouses import areas
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.inventory.warehouses.areas import Area
from chalicelib.inventory.warehouses.schemas import default_location
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import BadRequest, NotFound
from chalicelib.kernel.visibility import find

MOST_MOVEMENTS = 10_000
"""So many movements since a time are looked at for a location with others in it."""


def asked_area(call: Call, query: LedgerQuery | AsOfQuery) -> Area | None:
    """The location that is asked for with what lies in it; the default one for a whole warehouse. None for a location
    that the caller cannot see. BadRequest unless there is one of warehouse and location."""
    if (query.location_id is None) is (query.warehouse_id is None):
        raise BadRequest("Give either warehouse_id or location_id.")
    if query.location_id is not None:
        return areas.read(call, query.location_id, with_inner=query.with_inner)
    place = warehouses.default_place(query.warehouse_id or "")
    return Area(place, frozenset({place.location_id}))


def read(call: Call, query: AsOfQuery) -> StockAsOf:
    """The quantity on hand at a time. Movements are sorted by time, so a binary search finds the last one of 100,000
    with 17 reads. BadRequest for a location with others in it when too much has moved since."""
    area = asked_area(call, query)
    if area is None:
        raise NotFound("There is no such location.")
    place, item_id = area.place, query.item_id
    found = last(call, item_id, place.warehouse_id, lambda movement: movement.at <= query.at)
    on_hand = Decimal(0)
    if found is not None and query.location_id is None:
        on_hand = found.balance
    elif found is not None and not area.is_one:
        on_hand = _in_area(call, item_id, area, found.seq)
    elif found is not None and place.is_loose:
        on_hand = found.loose
    elif found is not None:
        found = _last_in_bin(call, item_id, place.location_id, found.seq)
        on_hand = found.place_balance if found else on_hand
    return StockAsOf(
        item_id=item_id,
        warehouse_id=place.warehouse_id,
        location_id=query.location_id,
        at=query.at,
        on_hand=on_hand,
        seq=found.seq if found else 0,
    )


def _in_area(call: Call, item_id: str, area: Area, seq: int) -> Decimal:
    """What there was at the locations of an area after a movement: at those where something has moved since, what the
    first of these movements found, and at the others what lies there now, which is read before the movements."""
    place = area.place
    row = find(call, tables.Stock, call.tenant.key(item_id), place.warehouse_id)
    if row is None or row.seq - seq > MOST_MOVEMENTS:
        raise BadRequest(
            f"More than {MOST_MOVEMENTS:,} movements of the item came after this time. Ask for the whole warehouse, or "
            "for each location with with_inner=false."
        )
    there = {each.location_id: each.on_hand for each in bins.in_warehouse(call.tenant, item_id, place.warehouse_id)}
    there[default_location(place.warehouse_id)] = row.loose
    found: dict[str, Decimal] = {}
    for movement in repository.movements_after(call.tenant, item_id, place.warehouse_id, seq):
        found.setdefault(movement.location_id, movement.place_balance - movement.quantity)
    return sum(((there | found).get(each, Decimal(0)) for each in area.location_ids), Decimal(0))


def last(
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
