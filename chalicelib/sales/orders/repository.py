"""Reads and writes sales orders, which are stored in two parts: state and content."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

import msgspec

from chalicelib.catalog.items.kit_schemas import ItemKind
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.kernel import ids
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.model import Item
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.tenant import SEPARATOR, Tenant, compound
from chalicelib.kernel.visibility import cut, find, required
from chalicelib.kernel.work import Work
from chalicelib.sales.orders import partial, rules, tables
from chalicelib.sales.orders.content import ContentLine, ContentPart, Header
from chalicelib.sales.orders.line_states import LineState
from chalicelib.sales.orders.states import OPEN
from chalicelib.sales.orders.tables import CHUNK_LINES, SalesOrderContent

_ZERO = Decimal(0)


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
        """The demand of each stocked line."""
        return rules.wants(zip(self.lines, self.states, strict=True))

    def stock_keys(self) -> list[StockKey]:
        """The stock keys of its lines, sorted, without duplicates."""
        return sorted(stock_keys(self.lines))

    def former_wants(self) -> list[rules.Want]:
        """The demand of each stocked line before an edit that a job is processing."""
        return rules.wants(self.former)


def stock_keys(lines: Iterable[ContentLine]) -> set[StockKey]:
    """The stock keys of lines."""
    return {StockKey(line.item_id, line.warehouse_id) for line in lines if line.takes_stock}


def set_unstocked(row: tables.SalesOrder, lines: Iterable[ContentLine]) -> None:
    """Stores which lines are of items that have no stock."""
    row.unstocked = [line.line for line in lines if line.kind is not ItemKind.STOCKED] or None


def new_state(line: ContentLine) -> LineState:
    """The quantities of a new line."""
    return LineState(line.line, line.base_quantity)


def ref(tenant: Tenant, order_id: str) -> store.Ref:
    """The key of the order's state row. NotFound when the id is not valid for an order."""
    if not ids.is_valid("so", order_id):
        raise NotFound("There is no such sales order.")
    return store.Ref(tables.SalesOrder, tenant.key(ids.month(order_id)), order_id)


def part_ref(tenant: Tenant, order_id: str, revision: int, part: int) -> store.Ref:
    return store.Ref(SalesOrderContent, tenant.key(order_id), compound(f"{revision:04d}", str(part)))


def first_refs(tenant: Tenant, order_id: str) -> tuple[store.Ref, store.Ref]:
    """The keys of the order's state and of its first part, which are all that most orders have."""
    return ref(tenant, order_id), part_ref(tenant, order_id, 1, 0)


def load(work: Work, order_id: str, *, match: bool = True) -> Order:
    """The order. NotFound; with `match`, for a command of the order itself, PreconditionFailed when If-Match does not
    match, and Forbidden for callers who see only a part of the order. One round trip if the order has one part and was
    never edited."""
    work.fetch(*first_refs(work.tenant, order_id))
    state = ref(work.tenant, order_id)
    row = work.load(tables.SalesOrder, state.hash_key, state.range_key)
    if match:
        partial.require_whole(work.call, row)
        work.match(row)
    return with_content(work, row)


def with_content(work: Work, row: tables.SalesOrder) -> Order:
    """The order of a state row that a use case has loaded."""
    return _assemble(row, work.read(*_part_refs(work.tenant, row)))


def read(call: Call, order_id: str) -> Order:
    """The order, read outside a use case. NotFound."""
    found = read_many(call.tenant, [order_id])
    required(tables.SalesOrder, cut(call, [order.row for order in found.values()] or [None])[0])
    return found[order_id]


def read_many(tenant: Tenant, order_ids: Sequence[str]) -> dict[str, Order]:
    """The orders that exist, by id. One round trip if none has many lines or was edited."""
    refs = [first_refs(tenant, order_id) for order_id in order_ids]
    found = store.get_many(ref for pair in refs for ref in pair)
    rows = [tables.SalesOrder.read(item) for state, _ in refs if (item := found[state]) is not None]
    return {order.row.id: order for order in with_contents(tenant, rows, found)}


def with_contents(
    tenant: Tenant, rows: Sequence[tables.SalesOrder], known: Mapping[store.Ref, Item | None] | None = None
) -> list[Order]:
    """The orders of state rows that have been read already. known: parts that have been read as well."""
    parts = {row.id: _part_refs(tenant, row) for row in rows}
    found = dict(known or {})
    missing = [part for of_order in parts.values() for part in of_order if part not in found]
    if missing:
        found |= store.get_many(missing)
    return [
        _assemble(row, [SalesOrderContent.read(content) for part in parts[row.id] if (content := found[part])])
        for row in rows
    ]


def find_row(call: Call, order_id: str) -> tables.SalesOrder | None:
    """The state row of the order without its content, strongly consistent; None when it does not exist."""
    name = ref(call.tenant, order_id)
    return find(call, tables.SalesOrder, name.hash_key, name.range_key)


class CreditHold(NamedTuple):
    """An order on hold for credit, and its place among those of its customer."""

    order_id: str
    place: str


def held_for_credit(tenant: Tenant, customer_id: str, *, after: str = "", limit: int) -> list[CreditHold]:
    """Orders of a customer that are on hold for credit, after a place, unless somebody has put them on hold; the first
    first. The index is eventually consistent."""
    key = tables.ByCreditHold.customer_key == tenant.key(customer_id)
    if after:
        key &= tables.ByCreditHold.credit_hold > after
    page = store.query(tables.SalesOrder, key, index="by_credit_hold", limit=limit)
    return [CreditHold(entry["id"]["S"], entry["credit_hold"]["S"]) for entry in page.items]


def lines_ever(tenant: Tenant, order_id: str) -> list[ContentLine]:
    """The lines of all revisions."""
    rows = store.query_all(SalesOrderContent, SalesOrderContent.partition == tenant.key(order_id))
    return [line for row in rows for line in row.content.lines]


def parts_of(tenant: Tenant, order_id: str, revision: int) -> list[ContentPart]:
    """The content of one revision; empty when there is no such revision."""
    of_revision = SalesOrderContent.part.startswith(f"{revision:04d}{SEPARATOR}")
    rows = store.query_all(SalesOrderContent, (SalesOrderContent.partition == tenant.key(order_id)) & of_revision)
    return [row.content for row in rows]


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


def write_content(work: Work, order: Order, changed: Sequence[str] = ()) -> None:
    """Writes the content of the order's current revision. changed: where it differs from the one before."""
    header = msgspec.structs.replace(
        order.header, revised_at=work.now, revised_by=work.call.actor, changed=list(changed)
    )
    for part in range(_parts(len(order.lines))):
        chunk = order.lines[part * CHUNK_LINES : (part + 1) * CHUNK_LINES]
        name = part_ref(work.tenant, order.row.id, order.row.revision, part)
        content = ContentPart(lines=chunk, header=header if part == 0 else None)
        work.insert(SalesOrderContent(partition=name.hash_key, part=name.range_key, content=content))


def save_row(work: Work, row: tables.SalesOrder) -> None:
    """Writes the state row. Only open orders have the key of the index of open orders."""
    row.open_key = work.tenant.key("open") if row.status in OPEN else None
    if row.version is None:
        work.create(row)
    else:
        work.save(row)
