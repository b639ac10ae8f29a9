"""Use cases of vendor items."""

from chalicelib.catalog.items import named
from chalicelib.catalog.items import service as items
from chalicelib.catalog.items.schemas import Item
from chalicelib.kernel import lifecycle, uniques
from chalicelib.kernel.call import Call
from chalicelib.kernel.codes import folded
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.lifecycle import LIFECYCLE, LifecycleStatus
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import patch, to_row, to_struct
from chalicelib.kernel.pages import Page
from chalicelib.kernel.uniques import Kind
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.visibility import load_visible
from chalicelib.kernel.work import Work
from chalicelib.parties.vendor_items import events, rules, tables
from chalicelib.parties.vendor_items.schemas import (
    ItemsOfVendor,
    ItemsOfVendorQuery,
    NewVendorItem,
    VendorItem,
    VendorItemChange,
    VendorItemQuery,
)
from chalicelib.parties.vendors import service as vendors


@use_case(events.CREATED)
def create(work: Work, vendor_id: str, command: NewVendorItem) -> VendorItem:
    """Adds an item to those of a vendor. NotFound when there is no such vendor, PartyMerged when it was merged, Invalid
    for the item and its terms, AlreadyExists when the vendor has the item in this unit, or another one of this
    number."""
    vendors.unmerged(work, vendor_id)
    return view(_add(work, vendor_id, command))


@use_case(events.UPDATED)
def update(work: Work, vendor_item_id: str, change: VendorItemChange) -> VendorItem:
    """Changes the given fields. Invalid, AlreadyExists as `create`."""
    row = work.load_for_update(tables.VendorItem, work.tenant.key(), vendor_item_id)
    _apply(work, row, change)
    return view(row)


@use_case(events.ARCHIVED)
def archive(work: Work, vendor_item_id: str) -> VendorItem:
    """Archives a vendor item: it is not bought here any more, and it is not preferred any more."""
    row = work.load_for_update(tables.VendorItem, work.tenant.key(), vendor_item_id)
    LIFECYCLE.take(row, "archive")
    was_preferred, row.is_preferred = row.is_preferred, False
    work.save(row)
    if was_preferred:
        work.release(tables.PREFERRED, row.item_id, row.id)
    return view(row)


@use_case(events.RESTORED)
def restore(work: Work, vendor_item_id: str) -> VendorItem:
    """Restores an archived vendor item."""
    return view(lifecycle.run_transition(work, tables.VendorItem, vendor_item_id, "restore"))


def _add(work: Work, vendor_id: str, command: NewVendorItem) -> tables.VendorItem:
    """Adds an item to those of an existing vendor to the work. Invalid, AlreadyExists."""
    item = named.items(work, [(command.item_id, command.sku)], [""])[0]
    row = to_row(
        tables.VendorItem,
        command,
        partition=work.tenant.key(),
        id=work.new_id("vit"),
        vendor_id=vendor_id,
        vendor_key=work.tenant.key(vendor_id),
        item_id=item.id,
        item_key=work.tenant.key(item.id),
        status=LifecycleStatus.ACTIVE,
    )
    _check(row, item)
    work.create(row)
    _move(work, tables.unit_kind(vendor_id), row, (None, tables.with_unit(item.id, row.unit)), "/unit")
    _move(work, tables.sku_kind(vendor_id), row, (None, row.vendor_sku), "/vendor_sku")
    if row.is_preferred:
        _prefer(work, row)
    return row


def _apply(work: Work, row: tables.VendorItem, change: VendorItemChange) -> None:
    """Changes the given fields of the row, and saves it. Invalid, AlreadyExists."""
    sku, with_unit, was_preferred = row.vendor_sku, tables.with_unit(row.item_id, row.unit), row.is_preferred
    patch(row, change)
    item = items.known(work, [(row.item_id, "")])[row.item_id]
    _check(row, item)
    work.save(row)
    _move(
        work,
        tables.unit_kind(row.vendor_id),
        row,
        (with_unit, tables.with_unit(row.item_id, row.unit)),
        "/unit",
    )
    _move(work, tables.sku_kind(row.vendor_id), row, (sku, row.vendor_sku), "/vendor_sku")
    if row.is_preferred and not was_preferred:
        _prefer(work, row)
    elif was_preferred and not row.is_preferred:
        work.release(tables.PREFERRED, row.item_id, row.id)


def _check(row: tables.VendorItem, item: Item) -> None:
    """Invalid for all errors of the row. Its units are spelled as the item spells them from now on."""
    row.unit = rules.spelled(item, row.unit)
    row.minimum_unit = None if row.minimum_unit is None else rules.spelled(item, row.minimum_unit)
    problems = rules.errors(row, item)
    if row.is_preferred and row.status is not LifecycleStatus.ACTIVE:
        problems.append(FieldError("/is_preferred", "archived", "It is archived; restore it first."))
    if problems:
        raise Invalid(errors=problems)


def _move(work: Work, kind: Kind, row: tables.VendorItem, values: tuple[str | None, str | None], pointer: str) -> None:
    """Releases the former unique value of the row and reserves the new one, where they differ."""
    former, value = values
    if folded(former or "") == folded(value or ""):
        return
    if former is not None:
        work.release(kind, former, row.id)
    if value is not None:
        work.claim(kind, value, row.id, pointer)


def _prefer(work: Work, row: tables.VendorItem) -> None:
    """Makes it the preferred one of its item, in place of the one that was."""
    owner = work.owners(tables.PREFERRED, [row.item_id]).get(row.item_id)
    if owner is not None:
        other = work.load(tables.VendorItem, work.tenant.key(), owner)
        other.is_preferred = False
        work.save(other)
        work.release(tables.PREFERRED, row.item_id, owner)
    work.claim(tables.PREFERRED, row.item_id, row.id, "/is_preferred")


def read(call: Call, vendor_item_id: str) -> VendorItem:
    """One vendor item. NotFound."""
    return view(load_visible(call, tables.VendorItem, call.tenant.key(), vendor_item_id))


def page(call: Call, query: VendorItemQuery) -> Page[VendorItem]:
    """A page of vendor items."""
    rows, cursor = paginate(tables.VendorItem, tables.VIEWS, call, query)
    return Page([view(row) for row in rows], cursor)


def page_of_vendor(call: Call, vendor_id: str, query: ItemsOfVendorQuery) -> Page[VendorItem]:
    """A page of the items of a vendor. NotFound when there is no such vendor."""
    vendors.read(call, vendor_id)
    if query.vendor_sku is not None and query.cursor is None:
        found = find_by_sku(Work(call), vendor_id, query.vendor_sku)
        return Page([found] if found is not None and query.status in (None, found.status) else [])
    of_vendor = ItemsOfVendor(
        vendor_id=vendor_id,
        vendor_sku=query.vendor_sku,
        status=query.status,
        limit=query.limit,
        cursor=query.cursor,
    )
    rows, cursor = paginate(tables.VendorItem, tables.VENDOR_VIEWS, call, of_vendor)
    return Page([view(row) for row in rows], cursor)


def find_by_sku(work: Work, vendor_id: str, vendor_sku: str) -> VendorItem | None:
    """The item with this number of the vendor; of several vendors that were merged, the number of the one in use goes
    first, then that of the latest one. None when it is unknown."""
    family = vendors.family(work, vendor_id)
    kinds = [tables.sku_kind(each) for each in family]
    work.fetch(*(name for kind in kinds for name in uniques.refs(work.tenant, kind, [vendor_sku]).values()))
    owners = [owner for kind in kinds for owner in work.owners(kind, [vendor_sku]).values()]
    row = work.find(tables.VendorItem, work.tenant.key(), owners[0]) if owners else None
    return None if row is None else view(row)


def ref(work: Work, vendor_item_id: str) -> Ref:
    """The key of a vendor item, for reading it together with other rows."""
    return Ref(tables.VendorItem, work.tenant.key(), vendor_item_id)


def view(row: tables.VendorItem) -> VendorItem:
    """The API's representation of the row."""
    return to_struct(row, VendorItem, allowed_transitions=LIFECYCLE.allowed(row))
