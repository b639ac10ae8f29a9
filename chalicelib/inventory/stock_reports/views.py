"""How the reports walk the stock of a warehouse."""

from typing import TypeVar

from chalicelib.inventory.stock.tables import ByWarehouse
from chalicelib.inventory.stock_reports.schemas import SlowMoversQuery, StockAgeingQuery, StockAsOfQuery
from chalicelib.inventory.warehouses.tables import warehouse_ref
from chalicelib.kernel.views import Filter, View

Q = TypeVar("Q", StockAsOfQuery, StockAgeingQuery, SlowMoversQuery)


def _of_warehouse(kind: type[Q], *more: str, filters: tuple[Filter, ...] = ()) -> tuple[View[Q], ...]:
    """The stock of a warehouse by item. more: other parameters that are always given."""
    return (
        View(
            lambda request: ByWarehouse.warehouse_key == request.tenant.key(request.query.warehouse_id),
            needs=frozenset({"warehouse_id", *more}),
            sort="item_id",
            index="by_warehouse",
            filters=filters,
            visible_through=lambda request: warehouse_ref(request.tenant, request.query.warehouse_id),
        ),
    )


AS_OF = _of_warehouse(StockAsOfQuery, "at")
AGEING = _of_warehouse(StockAgeingQuery)
SLOW_MOVERS = _of_warehouse(SlowMoversQuery, filters=(Filter("days"),))
