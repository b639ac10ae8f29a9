"""What open orders hold, for the self-check: the lines are the truth."""

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from chalicelib.inventory.stock.balances import Place
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from chalicelib.sales.orders import document, rules, tables


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """One order's holdings, at one version of it."""

    order_id: str
    version: int
    held: dict[Place, Decimal]


def open_holdings(tenant: Tenant) -> Iterator[Holding]:
    """Every open order's holdings, strongly read; the list of open orders itself follows within a second."""
    key = tables.ByOpen.open_key == tenant.key("open")
    for row in store.query_all(tables.SalesOrder, key, index="by_open"):
        if any(state.reserved for state in row.lines):
            order = document.with_content(tenant, row)
            wants = order.wants()
            held = rules.held_by_place(wants, [entry.held for entry in wants])
            yield Holding(order_id=row.id, version=row.version, held={p: q for p, q in held.items() if q})
