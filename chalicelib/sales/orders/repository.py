"""A sales order as use cases handle it: its two parts put together, and taken apart again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from chalicelib.inventory.stock import balances
from chalicelib.inventory.stock.balances import StockKey
from chalicelib.kernel import ids
from chalicelib.kernel.call import Call
from chalicelib.kernel.decimals import Amount
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import NotFound, TransitionRefused
from chalicelib.kernel.tenant import Tenant, compound
from chalicelib.kernel.work import Work
from chalicelib.sales.orders import rules, tables
from chalicelib.sales.orders.schemas import (
    Reservation,
    SalesOrder,
    SalesOrderLine,
    SalesOrderStatus,
    SalesOrderSummary,
    Totals,
)
from chalicelib.sales.orders.tables import CHUNK_LINES, ContentLine, ContentPart, Header, LineState, SalesOrderContent

OPEN = frozenset({SalesOrderStatus.DRAFT, SalesOrderStatus.CONFIRMED, SalesOrderStatus.IN_PROGRESS})


@dataclass
class Order:
    """State row, header and lines of one order."""

    row: tables.SalesOrder
    header: Header
    lines: list[ContentLine] = field(default_factory=list)

    @property
    def states(self) -> list[LineState]:
        return self.row.lines

    def wants(self) -> list[rules.Want]:
        """Every line's demand for stock."""
        pairs = zip(self.lines, self.states, strict=True)
        return [rules.want(line, state, index) for index, (line, state) in enumerate(pairs)]

    def stock_keys(self) -> list[StockKey]:
        """Where its lines want stock, each place once, in key order."""
        return sorted({StockKey(line.item_id, line.location_id) for line in self.lines})

    def require(self, step: str) -> None:
        """TransitionRefused when the step cannot be taken now."""
        allowed = rules.allowed(self.row.status, staged=self.row.staged is not None)
        if step not in allowed:
            shown = "being worked on by a job" if self.row.staged else self.row.status
            raise TransitionRefused("sales order", shown, allowed)


def ref(tenant: Tenant, order_id: str) -> store.Ref:
    """Names the state of an order for a joint read. NotFound for what cannot be an order's id."""
    if not ids.is_valid("so", order_id):
        raise NotFound("There is no such sales order.")
    return store.Ref(tables.SalesOrder, tenant.key(ids.month(order_id)), order_id)


def part_ref(tenant: Tenant, order_id: str, revision: int, part: int) -> store.Ref:
    return store.Ref(SalesOrderContent, tenant.key(order_id), compound(f"{revision:04d}", str(part)))


def load(work: Work, order_id: str, *, match: bool = True) -> Order:
    """The order; with `match` its version is held against If-Match. One round trip if it is small and never edited."""
    state, guess = ref(work.tenant, order_id), part_ref(work.tenant, order_id, 1, 0)
    work.fetch(state, guess)
    key = state.hash_key, state.range_key
    row = work.load_for_update(tables.SalesOrder, *key) if match else work.load(tables.SalesOrder, *key)
    parts = [part_ref(work.tenant, order_id, row.revision, part) for part in range(_parts(len(row.lines)))]
    return _assemble(row, work.read(*parts))


def read(call: Call, order_id: str) -> Order:
    """The order outside a use case. NotFound."""
    tenant = call.tenant
    state, guess = ref(tenant, order_id), part_ref(tenant, order_id, 1, 0)
    found = store.get_many([state, guess])
    item = found[state]
    if item is None or not (row := tables.SalesOrder.read(item)).is_visible_to(call):
        raise NotFound("There is no such sales order.")
    parts = [part_ref(tenant, order_id, row.revision, part) for part in range(_parts(len(row.lines)))]
    missing = [part for part in parts if part not in found]
    if missing:
        found |= store.get_many(missing)
    return _assemble(row, [SalesOrderContent.read(content) for part in parts if (content := found[part])])


def with_content(tenant: Tenant, row: tables.SalesOrder) -> Order:
    """The order of a state that was read already."""
    parts = [part_ref(tenant, row.id, row.revision, part) for part in range(_parts(len(row.lines)))]
    found = store.get_many(parts)
    return _assemble(row, [SalesOrderContent.read(content) for part in parts if (content := found[part])])


def lines_ever(tenant: Tenant, order_id: str) -> list[ContentLine]:
    """The lines of every revision."""
    rows = store.query_all(SalesOrderContent, SalesOrderContent.partition == tenant.key(order_id))
    return [line for row in rows for line in row.content.lines]


def _assemble(row: tables.SalesOrder, rows: Sequence[object]) -> Order:
    parts = [entry.content for entry in rows if isinstance(entry, SalesOrderContent)]
    lines = [line for part in parts for line in part.lines]
    return Order(row, parts[0].header or Header(), lines)


def _parts(lines: int) -> int:
    return (lines + CHUNK_LINES - 1) // CHUNK_LINES


def write_content(work: Work, order: Order) -> None:
    """Writes the content of the order's current revision."""
    for part in range(_parts(len(order.lines))):
        chunk = order.lines[part * CHUNK_LINES : (part + 1) * CHUNK_LINES]
        name = part_ref(work.tenant, order.row.id, order.row.revision, part)
        content = ContentPart(lines=chunk, header=order.header if part == 0 else None)
        work.insert(SalesOrderContent(partition=name.hash_key, part=name.range_key, content=content))


def save(work: Work, order: Order) -> SalesOrder:
    """Writes the state and shows the order."""
    order.row.open_key = work.tenant.key("open") if order.row.status in OPEN else None
    work.save(order.row)
    return view(order)


def hold(
    work: Work,
    order: Order,
    policy: Reservation,
    *,
    before: Sequence[rules.Want] = (),
    only: frozenset[StockKey] | None = None,
) -> None:
    """Makes each line hold what it can, and moves the balances by the difference.

    before: the lines as they were when they have just been edited: what they held is given up first. only: the places
    to look at, for orders that are worked off in steps.
    """
    wants = order.wants()
    chosen = [index for index, entry in enumerate(wants) if only is None or entry.stock_key in only]
    kept = [wants[index] for index in chosen]
    held_before = rules.held_by_stock_key(before, [entry.held for entry in before]) if before else None
    levels = balances.levels(work, [entry.stock_key for entry in kept])
    now_held = rules.held_by_stock_key(kept, [entry.held for entry in kept])
    freed = {} if held_before is None else {p: q - now_held.get(p, Decimal(0)) for p, q in held_before.items()}
    taken = rules.allocate(kept, levels, policy, freed)
    _move_balances(work, held_before or now_held, rules.held_by_stock_key(kept, taken))
    for index, quantity in zip(chosen, taken, strict=True):
        order.states[index].reserved = quantity


def let_go(work: Work, order: Order, only: frozenset[StockKey] | None = None) -> None:
    """Gives back what the lines hold."""
    wants = order.wants()
    chosen = [index for index, entry in enumerate(wants) if only is None or entry.stock_key in only]
    balances.release(work, rules.held_by_stock_key([wants[i] for i in chosen], [wants[i].held for i in chosen]))
    for index in chosen:
        order.states[index].reserved = Decimal(0)


def _move_balances(work: Work, before: dict[StockKey, Decimal], after: dict[StockKey, Decimal]) -> None:
    zero = Decimal(0)
    change = {
        stock_key: after.get(stock_key, zero) - before.get(stock_key, zero)
        for stock_key in before.keys() | after.keys()
    }
    balances.reserve(work, {stock_key: more for stock_key, more in change.items() if more > 0})
    balances.release(work, {stock_key: -less for stock_key, less in change.items() if less < 0})


def view(order: Order) -> SalesOrder:
    """The order as the API shows it."""
    row, header = order.row, order.header
    totals = Totals(
        gross=header.gross,
        discount=header.discount,
        net=header.net,
        charges=header.charged,
        tax=header.tax,
        total=rules.money(row.total, row.currency),
    )
    return SalesOrder(
        id=row.id,
        number=row.number,
        status=row.status,
        fulfilment=rules.fulfilment(row.status, row.lines),
        billing=rules.billing(row.lines),
        customer_id=row.customer_id,
        customer_reference=row.customer_reference,
        warehouse_id=row.warehouse_id,
        currency=row.currency,
        reservation=row.reservation,
        rounding=header.rounding,
        prices_include_tax=header.prices_include_tax,
        lines=[_line(row, *pair) for pair in zip(order.lines, row.lines, strict=True)],
        charges=header.charges,
        totals=totals,
        billing_address=header.billing_address,
        shipping_address=header.shipping_address,
        ordered_at=row.ordered_at,
        note=header.note,
        cancel_reason=row.cancel_reason,
        shipments=row.shipments or [],
        external_refs=row.external_refs or [],
        job_id=row.staged.job_id if row.staged else None,
        allowed_transitions=rules.allowed(row.status, staged=row.staged is not None),
        **row.stamps(),
    )


def _line(row: tables.SalesOrder, line: ContentLine, state: LineState) -> SalesOrderLine:
    return SalesOrderLine(
        line=line.line,
        item_id=line.item_id,
        sku=line.sku,
        name=line.name,
        unit=line.unit,
        location_id=line.location_id,
        quantity=line.quantity,
        unit_price=line.unit_price,
        discount_percent=line.discount_percent,
        discount_amount=line.discount_amount,
        tax_amount=Amount(line.tax_amount),
        net=Amount(line.net),
        reserved=state.reserved,
        picked=state.picked,
        shipped=state.shipped,
        billed=state.billed,
        backordered=rules.backordered(row.status, state),
    )


def summary(row: tables.SalesOrder) -> SalesOrderSummary:
    """The order in a list."""
    return SalesOrderSummary(
        id=row.id,
        number=row.number,
        status=row.status,
        fulfilment=rules.fulfilment(row.status, row.lines),
        billing=rules.billing(row.lines),
        customer_id=row.customer_id,
        customer_reference=row.customer_reference,
        warehouse_id=row.warehouse_id,
        currency=row.currency,
        total=rules.money(row.total, row.currency),
        ordered_at=row.ordered_at,
        job_id=row.staged.job_id if row.staged else None,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
