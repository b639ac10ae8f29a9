"""Reads and writes sales orders, which are stored in two parts: state and content."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from chalicelib.inventory.stock.balances import StockKey
from chalicelib.kernel import ids
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.mapping import merged, to_struct
from chalicelib.kernel.tenant import Tenant, compound
from chalicelib.kernel.visibility import cut, find, required
from chalicelib.kernel.work import Work
from chalicelib.sales.orders import rules, tables
from chalicelib.sales.orders.schemas import SalesOrder, SalesOrderLine, SalesOrderSummary, Totals
from chalicelib.sales.orders.states import OPEN, SALES_ORDER
from chalicelib.sales.orders.tables import CHUNK_LINES, ContentLine, ContentPart, Header, LineState, SalesOrderContent


@dataclass
class Order:
    """The state row, header and lines of one order."""

    row: tables.SalesOrder
    header: Header
    lines: list[ContentLine] = field(default_factory=list)
    former: list[tuple[ContentLine, LineState]] = field(default_factory=list)
    """The lines before an edit that a job is processing, with their remaining reservations."""

    @property
    def states(self) -> list[LineState]:
        return self.row.lines

    def wants(self) -> list[rules.Want]:
        """The demand of each line."""
        pairs = zip(self.lines, self.states, strict=True)
        return [rules.want(line, state, index) for index, (line, state) in enumerate(pairs)]

    def stock_keys(self) -> list[StockKey]:
        """The stock keys of its lines, sorted, without duplicates."""
        return sorted({StockKey(line.item_id, line.location_id) for line in self.lines})

    def former_wants(self) -> list[rules.Want]:
        """The demand of each line before an edit that a job is processing."""
        return [rules.want(line, state, index) for index, (line, state) in enumerate(self.former)]


def ref(tenant: Tenant, order_id: str) -> store.Ref:
    """The key of the order's state row. NotFound when the id is not valid for an order."""
    if not ids.is_valid("so", order_id):
        raise NotFound("There is no such sales order.")
    return store.Ref(tables.SalesOrder, tenant.key(ids.month(order_id)), order_id)


def part_ref(tenant: Tenant, order_id: str, revision: int, part: int) -> store.Ref:
    return store.Ref(SalesOrderContent, tenant.key(order_id), compound(f"{revision:04d}", str(part)))


def load(work: Work, order_id: str, *, match: bool = True) -> Order:
    """The order. NotFound; PreconditionFailed with `match` when If-Match does not match. One round trip if the order
    has one part and was never edited."""
    state, first_part = ref(work.tenant, order_id), part_ref(work.tenant, order_id, 1, 0)
    work.fetch(state, first_part)
    key = state.hash_key, state.range_key
    row = work.load_for_update(tables.SalesOrder, *key) if match else work.load(tables.SalesOrder, *key)
    return _assemble(row, work.read(*_part_refs(work.tenant, row)))


def read(call: Call, order_id: str) -> Order:
    """The order, read outside a use case. NotFound."""
    state, first_part = ref(call.tenant, order_id), part_ref(call.tenant, order_id, 1, 0)
    found = store.get_many([state, first_part])
    item = found[state]
    read_row = None if item is None else tables.SalesOrder.read(item)
    row = required(tables.SalesOrder, cut(call, [read_row])[0])
    parts = _part_refs(call.tenant, row)
    missing = [part for part in parts if part not in found]
    if missing:
        found |= store.get_many(missing)
    return _assemble(row, [SalesOrderContent.read(content) for part in parts if (content := found[part])])


def with_content(tenant: Tenant, row: tables.SalesOrder) -> Order:
    """The order of a state row that has been read already."""
    parts = _part_refs(tenant, row)
    found = store.get_many(parts)
    return _assemble(row, [SalesOrderContent.read(content) for part in parts if (content := found[part])])


def version(call: Call, order_id: str) -> int | None:
    """The current version of the order, strongly consistent; None when it does not exist."""
    name = ref(call.tenant, order_id)
    row = find(call, tables.SalesOrder, name.hash_key, name.range_key)
    return None if row is None else row.version


def lines_ever(tenant: Tenant, order_id: str) -> list[ContentLine]:
    """The lines of all revisions."""
    rows = store.query_all(SalesOrderContent, SalesOrderContent.partition == tenant.key(order_id))
    return [line for row in rows for line in row.content.lines]


def _part_refs(tenant: Tenant, row: tables.SalesOrder) -> list[store.Ref]:
    """The keys of the parts of the current content, and of the content before an edit that a job is processing."""
    refs = [part_ref(tenant, row.id, row.revision, part) for part in range(_parts(len(row.lines)))]
    if row.former is not None:
        parts = range(_parts(len(row.former.lines)))
        refs += [part_ref(tenant, row.id, row.former.revision, part) for part in parts]
    return refs


def _assemble(row: tables.SalesOrder, rows: Sequence[object]) -> Order:
    contents = [entry.content for entry in rows if isinstance(entry, SalesOrderContent)]
    present = _parts(len(row.lines))
    lines = [line for part in contents[:present] for line in part.lines]
    former = []
    if row.former is not None:
        before = [line for part in contents[present:] for line in part.lines]
        former = list(zip(before, row.former.lines, strict=True))
    return Order(row, contents[0].header or Header(), lines, former)


def _parts(lines: int) -> int:
    return (lines + CHUNK_LINES - 1) // CHUNK_LINES


def write_content(work: Work, order: Order) -> None:
    """Writes the content of the order's current revision."""
    for part in range(_parts(len(order.lines))):
        chunk = order.lines[part * CHUNK_LINES : (part + 1) * CHUNK_LINES]
        name = part_ref(work.tenant, order.row.id, order.row.revision, part)
        content = ContentPart(lines=chunk, header=order.header if part == 0 else None)
        work.insert(SalesOrderContent(partition=name.hash_key, part=name.range_key, content=content))


def save_row(work: Work, row: tables.SalesOrder) -> None:
    """Writes the state row. Only open orders have the key of the index of open orders."""
    row.open_key = work.tenant.key("open") if row.status in OPEN else None
    if row.version is None:
        work.create(row)
    else:
        work.save(row)


def view(order: Order) -> SalesOrder:
    """The API's representation of the order."""
    row, header = order.row, order.header
    total = rules.money(row.total, row.currency)
    return to_struct(
        row,
        SalesOrder,
        lines=[_line(row, *pair) for pair in zip(order.lines, row.lines, strict=True)],
        totals=merged(Totals, header, total=total, charges=header.charged),
        charges=header.charges,
        rounding=header.rounding,
        prices_include_tax=header.prices_include_tax,
        billing_address=header.billing_address,
        shipping_address=header.shipping_address,
        note=header.note,
        allowed_transitions=SALES_ORDER.allowed(row),
        **_derived(row),
    )


def _line(row: tables.SalesOrder, line: ContentLine, state: LineState) -> SalesOrderLine:
    return merged(SalesOrderLine, line, state, backordered=rules.backordered(row.status, state))


def summary(row: tables.SalesOrder) -> SalesOrderSummary:
    """The API's representation of the order in a list."""
    return to_struct(row, SalesOrderSummary, total=rules.money(row.total, row.currency), **_derived(row))


def _derived(row: tables.SalesOrder) -> dict[str, object]:
    """The fields that are derived from the quantities of the lines, and the running job."""
    return {
        "fulfilment": rules.fulfilment(row.status, row.lines),
        "billing": rules.billing(row.lines),
        "job_id": row.job_id,
    }
