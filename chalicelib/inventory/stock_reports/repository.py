"""Reads the movements that the reports need."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from chalicelib.inventory.stock import tables
from chalicelib.inventory.stock.tables import Movement, Stock
from chalicelib.inventory.stock_reports import rules
from chalicelib.inventory.stock_reports.rules import Layer
from chalicelib.inventory.stock_reports.schemas import MOST_MOVEMENTS
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant

_PAGE = 100
_ZERO = Decimal(0)


class Aged(NamedTuple):
    """When that came which is on hand. is_partial: the last layer may be older."""

    layers: list[Layer]
    is_partial: bool


def aged(tenant: Tenant, row: Stock) -> Aged:
    """When that came which is on hand by a stock row with more than nothing: reads its movements backwards until they
    explain it, at most MOST_MOVEMENTS."""
    key = Movement.partition == tables.movements_key(tenant, row.item_id, row.warehouse_id)
    movements: list[Movement] = []
    start = None
    while True:
        page = store.query(Movement, key, limit=_PAGE, start=start, newest_first=True)
        movements += map(Movement.read, page.items)
        start = page.next_key
        left = rules.remaining(rules.layers(movements, is_all=start is None), row.on_hand)
        rest = row.on_hand - sum((layer.quantity for layer in left), _ZERO)
        if not rest:
            return Aged(left, False)
        if start is None or len(movements) >= MOST_MOVEMENTS:
            return Aged([*left, Layer(movements[-1].at, rest)], start is not None)


def first_came(tenant: Tenant, rows: Iterable[Stock]) -> dict[str, datetime]:
    """Item id to when stock of it first moved; one round trip for each 100."""
    refs = {
        row.item_id: store.Ref(Movement, tables.movements_key(tenant, row.item_id, row.warehouse_id), 1) for row in rows
    }
    items = store.get_many(refs.values()) if refs else {}
    return {item_id: Movement.read(item).at for item_id, ref in refs.items() if (item := items[ref]) is not None}
