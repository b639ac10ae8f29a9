"""Where stock lies: of an item everywhere, or at a location with all that lies in it."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial

from chalicelib.inventory.stock import bins, repository, service, tables
from chalicelib.inventory.stock.level_schemas import PlaceQuery, StockPlace
from chalicelib.inventory.stock.tables import Bin, Stock
from chalicelib.inventory.warehouses import areas
from chalicelib.inventory.warehouses.areas import Area
from chalicelib.inventory.warehouses.schemas import default_location
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import BadRequest, FieldError
from chalicelib.kernel.lists import paginate_positions
from chalicelib.kernel.mapping import to_struct
from chalicelib.kernel.pages import Page
from chalicelib.kernel.tenant import parts_of
from chalicelib.kernel.visibility import find_many

Found = Iterator[tuple[str, StockPlace | None]]


def page(call: Call, query: PlaceQuery) -> Page[StockPlace]:
    """Where an item lies, or a page of what lies at a location and in it. BadRequest without either."""
    area = None
    if query.location_id is not None:
        area = areas.read(call, query.location_id, with_inner=query.with_inner)
        if area is None:
            return Page([])
    if query.item_id is not None:
        return Page(_of_item(call, query, query.item_id, area))
    if area is None:
        raise BadRequest("Give item_id, location_id or both.")
    found, cursor = paginate_positions(call, "places", query, partial(_in_area, call, area, query.limit + 1), "")
    return Page(found, cursor)


def _of_item(call: Call, query: PlaceQuery, item_id: str, area: Area | None) -> list[StockPlace]:
    """Where an item lies, all at once. BadRequest with a cursor."""
    if query.cursor is not None:
        says = "The places of an item are listed all at once; there is no cursor."
        raise BadRequest(says, errors=[FieldError("/query/cursor", "invalid_cursor", says)])
    found = [_loose(row) for row in service.all_of_item(call, item_id) if row.loose]
    found += [to_struct(row, StockPlace) for row in bins.of_item(call, item_id) if row.on_hand or row.picked]
    return [place for place in found if area is None or place.location_id in area.location_ids]


def _in_area(call: Call, area: Area, at_once: int, after: str) -> Found:
    """What lies in an area after a position, at the default location first, each with its position; None for each round
    trip. at_once: how many rows are read for a page."""
    default = default_location(area.place.warehouse_id)
    location_id, *item_id = parts_of(after)
    if default in area.location_ids and location_id in ("", default):
        yield from _at_default(call, area.place.warehouse_id, *item_id)
        after = ""
    yield from _in_bins(call, area, at_once, after)


def _at_default(call: Call, warehouse_id: str, after: str = "") -> Found:
    """What lies at the default location of a warehouse, by item, after one of them."""
    default = default_location(warehouse_id)
    for item_ids in repository.items_in(call.tenant, warehouse_id, after):
        for row in find_many(call, Stock, [tables.stock_ref(call.tenant, each, warehouse_id) for each in item_ids]):
            if row.loose:
                yield tables.bin_at(default, row.item_id), _loose(row)
        yield tables.bin_at(default, item_ids[-1]), None


def _in_bins(call: Call, area: Area, at_once: int, after: str) -> Found:
    """What lies in the bins of an area, by location and item, after one of them."""
    warehouse_id = area.place.warehouse_id
    bins_of_area = sorted(area.location_ids - {default_location(warehouse_id)})
    for found in repository.bins_in(call.tenant, warehouse_id, bins_of_area, at_once, after):
        refs = [
            tables.bin_ref(call.tenant, item_id, warehouse_id, location_id)
            for location_id, item_id in found
            if location_id in area.location_ids
        ]
        for first in range(0, len(refs), at_once):
            for row in find_many(call, Bin, refs[first : first + at_once]):
                if row.on_hand or row.picked:
                    yield row.at, to_struct(row, StockPlace)
        yield tables.bin_at(*found[-1]), None


def _loose(row: Stock) -> StockPlace:
    """What lies at the default location."""
    return StockPlace(
        item_id=row.item_id,
        warehouse_id=row.warehouse_id,
        location_id=default_location(row.warehouse_id),
        on_hand=row.loose,
        picked=Decimal(0),
        free=row.loose,
    )
