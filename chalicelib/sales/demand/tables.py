"""Who waits for stock: a projection from the feed. The lines of the orders are authoritative."""

from collections.abc import Iterable

from chalicelib.inventory.stock.balances import StockKey
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import Number, Text, Whole
from chalicelib.kernel.dynamo.model import Row, meta
from chalicelib.kernel.privacy import BUSINESS
from chalicelib.kernel.tenant import Tenant, compound
from chalicelib.kernel.views import View
from chalicelib.sales.demand.schemas import DemandQuery
from chalicelib.sales.orders import repository


class Demand(Row):
    """Access: by item, sorted by rank, which is the order's time of creation. One row for each item, order and location
    as long as the order waits there; none for what was served at once. It stores the order's version, and an older
    version never overwrites a newer one."""

    Meta = meta("demands")
    partition = Text(BUSINESS, hash_key=True)
    rank = Text(BUSINESS, range_key=True)
    item_id = Text(BUSINESS)
    order_id = Text(BUSINESS)
    location_id = Text(BUSINESS)
    waiting = Number(BUSINESS)
    order_version = Whole(BUSINESS)

    @property
    def stock_key(self) -> StockKey:
        """Where the order waits, and for what."""
        return StockKey(self.item_id, self.location_id)

    def visibility_parents(self, tenant: Tenant) -> Iterable[store.Ref]:
        return [repository.ref(tenant, self.order_id), warehouses.location_ref(tenant, self.location_id)]


def ref(tenant: Tenant, order_id: str, stock_key: StockKey) -> store.Ref:
    """The key of the row of an order that waits."""
    return store.Ref(Demand, tenant.key(stock_key.item_id), compound(order_id, stock_key.location_id))


VIEWS: tuple[View[DemandQuery], ...] = (
    View(
        lambda request: Demand.partition == request.tenant.key(request.query.item_id),
        needs=frozenset({"item_id"}),
        sort="rank",
        filters=("location_id",),
    ),
)
