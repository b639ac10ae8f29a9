"""What the inventory asks of orders: to take what they have waited for, to give up what is not there any more, and what
they hold (inventory/commitments/owners.py)."""

from collections.abc import Sequence
from decimal import Decimal

from chalicelib.inventory.commitments.owners import GivenUp, Holding, Quantities
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.work import Work
from chalicelib.sales.orders import events, repository, reservations, rules

_ZERO = Decimal(0)


def fill(work: Work, order_id: str, offered: Quantities) -> dict[StockKey, Decimal]:
    """Commits what is offered to the lines that wait for it, earlier lines first. Returns what was taken; nothing while
    a job works on the order."""
    order = repository.load(work, order_id, match=False)
    if order.row.staged is not None:
        return {}
    taken: dict[StockKey, Decimal] = {}
    wants = rules.by_stock_key(order.wants())
    for key, quantity in offered.items():
        left = quantity
        for want in wants.get(key, ()):
            more = min(left, want.waits)
            want.state.committed += more
            want.state.backordered -= more
            left -= more
        taken[key] = quantity - left
    if any(taken.values()):
        repository.save_row(work, order.row)
        work.annotate(event=events.BACKORDER_FILLED)
    return taken


def give_up(work: Work, order_id: str, missing: Quantities) -> GivenUp:
    """Has the lines that hold what is missing wait for it again, later lines first. Returns what was given up: nothing
    of what is picked, and nothing while a job works on the order."""
    order = repository.load(work, order_id, match=False)
    given: dict[StockKey, Decimal] = {}
    wants = rules.by_stock_key(order.wants())
    waited = {key: sum((want.waits for want in wants.get(key, ())), _ZERO) for key in missing}
    asked: Quantities = missing if order.row.staged is None else {}
    for key, quantity in asked.items():
        left = quantity
        for want in reversed(wants.get(key, ())):
            less = min(left, want.held - want.picked)
            want.state.committed -= less
            want.state.backordered += less
            left -= less
        given[key] = quantity - left
    if any(given.values()):
        repository.save_row(work, order.row)
        work.annotate(event=events.FELL_SHORT)
    return GivenUp(order.row.claim(), given, waited)


def refs(tenant: Tenant, order_id: str) -> Sequence[Ref]:
    """The keys that are read to load most orders, the one of its state first."""
    return repository.first_refs(tenant, order_id)


def held_by(tenant: Tenant, order_ids: Sequence[str]) -> list[Holding]:
    """What orders have committed."""
    return [Holding(entry.claim, entry.held) for entry in reservations.of_orders(tenant, order_ids).values()]
