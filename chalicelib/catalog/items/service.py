"""Use cases of items."""

from collections.abc import Iterable, Sequence

from msgspec import UNSET

from chalicelib.catalog.items import events, rules, tables
from chalicelib.catalog.items.schemas import Item, ItemChange, ItemQuery, NewItem
from chalicelib.kernel import lifecycle
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.errors import Invalid
from chalicelib.kernel.lifecycle import LIFECYCLE, LifecycleStatus
from chalicelib.kernel.lists import Page, paginate
from chalicelib.kernel.mapping import patch, to_row, to_struct
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.visibility import load_visible
from chalicelib.kernel.work import Work


@use_case(events.CREATED)
def create(work: Work, command: NewItem) -> Item:
    """Creates an item. AlreadyExists when another item has its SKU, a barcode or an external reference."""
    return view(add(work, command))


@use_case(events.UPDATED)
def update(work: Work, item_id: str, change: ItemChange) -> Item:
    """Changes the given fields of an item."""
    row = work.load_for_update(tables.Item, work.tenant.key(), item_id)
    apply(work, row, change)
    return view(work.save(row))


@use_case(events.ARCHIVED)
def archive(work: Work, item_id: str) -> Item:
    """Archives the item: it cannot be ordered or received any more; its history remains."""
    return _run_transition(work, item_id, "archive")


@use_case(events.RESTORED)
def restore(work: Work, item_id: str) -> Item:
    """Restores an archived item."""
    return _run_transition(work, item_id, "restore")


def _run_transition(work: Work, item_id: str, transition: str) -> Item:
    row = work.load_for_update(tables.Item, work.tenant.key(), item_id)
    LIFECYCLE.take(row, transition)
    return view(work.save(row))


def read(call: Call, item_id: str) -> Item:
    """One item. NotFound."""
    return view(load_visible(call, tables.Item, call.tenant.key(), item_id))


def page(call: Call, query: ItemQuery) -> Page[Item]:
    """A page of items."""
    rows, cursor = paginate(tables.Item, tables.VIEWS, call, query)
    return Page([view(row) for row in rows], cursor)


def ref(work: Work, item_id: str) -> Ref:
    """The key of an item, for reading it together with other rows."""
    return Ref(tables.Item, work.tenant.key(), item_id)


def active(work: Work, requested: Iterable[tuple[str, str]]) -> dict[str, Item]:
    """Item id to item, for references given as (id, pointer). Invalid at each pointer whose item is missing or
    archived."""
    return _referenced(work, list(requested), archived=False)


def known(work: Work, requested: Iterable[tuple[str, str]]) -> dict[str, Item]:
    """Like `active`, but accepts archived items, whose stock can still leave."""
    return _referenced(work, list(requested), archived=True)


def _referenced(work: Work, pairs: list[tuple[str, str]], *, archived: bool) -> dict[str, Item]:
    rows = dict(zip([i for i, _ in pairs], work.read(*(ref(work, i) for i, _ in pairs)), strict=True))
    found = [(rows[item_id], pointer) for item_id, pointer in pairs]
    problems = lifecycle.problems("item", [(row, at) for row, at in found if row is None or not archived])
    if problems:
        raise Invalid(errors=problems)
    return {item_id: view(row) for item_id, row in rows.items() if isinstance(row, tables.Item)}


def assured_status(work: Work, item_id: str) -> LifecycleStatus:
    """The item's status, which is checked again at commit. Only for rare writes, because each check can conflict with
    other writes of the item."""
    row = work.load(tables.Item, work.tenant.key(), item_id)
    work.require(ref(work, item_id), tables.Item.status == row.status)
    return row.status


def ids_by_sku(work: Work, skus: Iterable[str]) -> dict[str, str]:
    """SKU to item id, without unknown SKUs."""
    return work.owners("sku", skus)


def add(work: Work, command: NewItem) -> tables.Item:
    """Adds a new row and its unique values to the work. Invalid when a value is repeated."""
    rules.check_barcodes(command.barcodes)
    row = to_row(
        tables.Item,
        command,
        partition=work.tenant.key(),
        id=work.new_id("itm"),
        folded_name=tables.folded(command.name),
        status=LifecycleStatus.ACTIVE,
    )
    work.create(row)
    work.claim("sku", command.sku, row.id, "/sku")
    for index, code in enumerate(command.barcodes):
        work.claim("barcode", code, row.id, f"/barcodes/{index}")
    return row


def apply(work: Work, row: tables.Item, change: ItemChange) -> None:
    """Changes the given fields of the row and its unique values. Invalid when a barcode is repeated."""
    if change.sku is not UNSET and change.sku != row.sku:
        work.release("sku", row.sku, row.id)
        work.claim("sku", change.sku, row.id, "/sku")
    if change.barcodes is not UNSET:
        _move_barcodes(work, row, change.barcodes)
    patch(row, change, without=_FIXED)
    row.folded_name = tables.folded(row.name)


_FIXED = ("unit", "tracking")
"""These fields never change, because existing stock is counted in them."""


def _move_barcodes(work: Work, row: tables.Item, requested: Sequence[str]) -> None:
    rules.check_barcodes(requested)
    current = set(row.barcodes or [])
    for code in sorted(current - set(requested)):
        work.release("barcode", code, row.id)
    for index, code in enumerate(requested):
        if code not in current:
            work.claim("barcode", code, row.id, f"/barcodes/{index}")


def view(row: tables.Item) -> Item:
    """The API's representation of the row."""
    return to_struct(row, Item, allowed_transitions=LIFECYCLE.allowed(row))
