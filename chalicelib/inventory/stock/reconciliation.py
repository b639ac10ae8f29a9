"""What a stock row should say, by its movements and bins, and its repair."""

from decimal import Decimal
from typing import NamedTuple

import msgspec

from chalicelib.inventory.stock import bins, events
from chalicelib.inventory.stock.errors import StockMoved
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.inventory.stock.tables import Stock
from chalicelib.inventory.warehouses.tables import Location, location_ref
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work


class LedgerSum(msgspec.Struct, frozen=True, kw_only=True):
    """The sum of the movements of a stock key, of those at the default location, and the last `seq`. broken_at: the
    first movement with a wrong sequence or running balance."""

    quantity: Decimal
    loose: Decimal
    seq: int
    broken_at: int | None = None


class InBins(NamedTuple):
    """What lies in the bins of a stock key, and how much of it is held."""

    on_hand: Decimal
    held: Decimal


class Quantities(NamedTuple):
    """What a stock row should say; on_hand less committed and held is available."""

    on_hand: Decimal
    committed: Decimal
    held: Decimal
    waiting: Decimal
    loose: Decimal
    seq: int


def in_bins(tenant: Tenant, key: StockKey) -> InBins:
    """What lies in the bins of a stock key, strongly consistent."""
    rows = bins.in_warehouse(tenant, *key)
    found = store.get_many(location_ref(tenant, row.location_id) for row in rows) if rows else {}
    held = {name.range_key for name, item in found.items() if item is not None and Location.read(item).zone.is_held}
    return InBins(
        sum((row.on_hand for row in rows), Decimal(0)),
        sum((row.on_hand for row in rows if row.location_id in held), Decimal(0)),
    )


@use_case(events.REPAIRED)
def repair(work: Work, row: Stock, right: Quantities) -> None:
    """Sets a stock row to the right quantities. StockMoved when it has changed since it was checked."""
    work.change(
        store.ref_of(row),
        *(getattr(Stock, name).set(value) for name, value in right._asdict().items()),
        Stock.available.set(right.on_hand - right.committed - right.held),
        Stock.version.set(Stock.version + 1),
        condition=Stock.version == row.version,
        on_condition_failed=lambda _: StockMoved(),
    )
    fields = [name for name, value in right._asdict().items() if getattr(row, name) != value]
    work.annotate(
        entity="stock", entity_id=row.item_id, version=row.version + 1, fields=fields, subjects=[row.warehouse_id]
    )
