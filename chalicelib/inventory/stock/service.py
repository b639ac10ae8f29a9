"""Use cases of stock."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import partial

from chalicelib.catalog.items import service as items
from chalicelib.catalog.items.kit_schemas import ItemKind
from chalicelib.catalog.items.schemas import Item
from chalicelib.inventory.stock import levels, rules, tables
from chalicelib.inventory.stock.level_schemas import (
    AvailabilityQuery,
    ItemAvailability,
    StockAvailability,
    StockLevel,
    StockQuery,
)
from chalicelib.inventory.stock.levels import Level, StockKey
from chalicelib.kernel.call import Call
from chalicelib.kernel.codes import folded
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import to_struct
from chalicelib.kernel.pages import Page
from chalicelib.kernel.visibility import find_all, find_many


def page_levels(call: Call, query: StockQuery) -> Page[StockLevel]:
    """A page of the stock of an item, of a warehouse, or of both."""
    narrow = None if query.category is None else partial(_of_category, call, folded(query.category))
    rows, cursor = paginate(tables.Stock, tables.STOCK_VIEWS, call, query, narrow=narrow)
    return Page([view_level(row) for row in rows], cursor)


def _of_category(call: Call, wanted: str, rows: list[tables.Stock]) -> list[tables.Stock]:
    """The rows whose items are of a folded category."""
    found = items.find(call, {row.item_id for row in rows})
    return [row for row in rows if row.item_id in found and folded(found[row.item_id].category or "") == wanted]


def availability(call: Call, query: AvailabilityQuery) -> StockAvailability:
    """The available quantity of each SKU. BadRequest for more than 100."""
    skus = rules.requested_skus(query.skus)
    owners = items.find_ids_by_sku(call, skus)
    found = items.find(call, set(owners.values()))
    parts = items.find(call, {part.item_id for item in found.values() for part in item.components})
    stocked = sorted(each.id for each in (found | parts).values() if each.kind is ItemKind.STOCKED)
    by_item: dict[str, list[tables.Stock]] = {item_id: [] for item_id in stocked}
    by_item |= _of_items(call, stocked, query.warehouse_id)
    known = {sku: found[item_id] for sku, item_id in owners.items() if item_id in found}
    data = [_available(sku, known[sku], by_item) for sku in skus if sku in known]
    return StockAvailability(data=data, unknown=[sku for sku in skus if sku not in known])


def _of_items(call: Call, item_ids: Iterable[str], warehouse_id: str | None) -> dict[str, list[tables.Stock]]:
    """The stock rows of items, of one warehouse or of all."""
    if warehouse_id is None:
        return {item_id: all_of_item(call, item_id) for item_id in item_ids}
    refs = [levels.ref(call.tenant, StockKey(item_id, warehouse_id)) for item_id in item_ids]
    return {row.item_id: [row] for row in find_many(call, tables.Stock, refs)}


def levels_in(call: Call, warehouse_id: str, item_ids: Iterable[str]) -> dict[str, Level]:
    """Item id to what there is of it in a warehouse, without items that never were there; one round trip for each
    100."""
    return {item_id: levels.level(rows[0]) for item_id, rows in _of_items(call, item_ids, warehouse_id).items()}


def all_of_item(call: Call, item_id: str) -> list[tables.Stock]:
    """All stock rows of an item that the caller may see, strongly consistent."""
    return find_all(call, tables.Stock, tables.Stock.partition == call.tenant.key(item_id))


def _available(sku: str, item: Item, by_item: Mapping[str, Sequence[tables.Stock]]) -> ItemAvailability:
    rows = by_item.get(item.id, ())
    available = {item_id: _sum_promisable(of_item) for item_id, of_item in by_item.items()}
    sums = {
        name: sum((getattr(row, name) for row in rows), Decimal(0))
        for name in ("on_hand", "committed", "held", "waiting")
    }
    return ItemAvailability(
        sku=sku,
        item_id=item.id,
        kind=item.kind,
        **sums,
        available=rules.whole_kits(item.components, available)
        if item.components
        else available.get(item.id, Decimal(0)),
        warehouses=[view_level(row) for row in rows],
    )


def _sum_promisable(rows: Sequence[tables.Stock]) -> Decimal:
    return sum((levels.level(row).promisable for row in rows), Decimal(0))


def view_level(row: tables.Stock) -> StockLevel:
    """The API's representation of the row."""
    return to_struct(row, StockLevel, promisable=levels.level(row).promisable, blocked=bool(row.blocked))
