"""Use cases of items."""

from collections.abc import Collection, Iterable, Sequence

import msgspec
from msgspec import UNSET, UnsetType

from chalicelib.catalog.custom_fields import service as custom_fields
from chalicelib.catalog.custom_fields.schemas import CustomFieldEntity
from chalicelib.catalog.items import barcodes, events, replacement, rules, tables
from chalicelib.catalog.items.barcodes import NewBarcode, compared
from chalicelib.catalog.items.identity_schemas import ItemStatus
from chalicelib.catalog.items.kit_schemas import KitComponent
from chalicelib.catalog.items.rules import Countable
from chalicelib.catalog.items.schemas import Item, ItemChange, ItemQuery, NewItem
from chalicelib.catalog.items.states import ITEM
from chalicelib.catalog.items.variants import VariantOf
from chalicelib.catalog.tax_codes import service as tax_codes
from chalicelib.kernel import uniques
from chalicelib.kernel.call import Call
from chalicelib.kernel.codes import folded
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.errors import FieldError, Invalid, collected
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import patch, to_row, to_struct
from chalicelib.kernel.names import Named
from chalicelib.kernel.pages import Page
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.visibility import find_many, load_visible
from chalicelib.kernel.work import Work
from chalicelib.search.index import service as search


@use_case(events.CREATED)
def create(work: Work, command: NewItem) -> Item:
    """Creates an item. AlreadyExists when another item has its SKU, a barcode or an external reference."""
    return view(add(work, command))


@use_case(events.UPDATED)
def update(work: Work, item_id: str, change: ItemChange) -> Item:
    """Changes the given fields of an item."""
    row = work.load_for_update(tables.Item, work.tenant.key(), item_id)
    apply(work, row, change)
    return view(save(work, row))


@use_case(events.PHASED_OUT)
def phase_out(work: Work, item_id: str) -> Item:
    """Lets stock of the item be sold to the end; nothing new should be bought or made."""
    return _run_transition(work, item_id, "phase-out")


@use_case(events.ARCHIVED)
def archive(work: Work, item_id: str) -> Item:
    """Archives the item: it cannot be ordered or received any more; its history remains."""
    return _run_transition(work, item_id, "archive")


@use_case(events.RESTORED)
def restore(work: Work, item_id: str) -> Item:
    """Makes an archived item, or one that is phased out, active again."""
    return _run_transition(work, item_id, "restore")


def _run_transition(work: Work, item_id: str, transition: str) -> Item:
    row = work.load_for_update(tables.Item, work.tenant.key(), item_id)
    ITEM.take(row, transition)
    return view(save(work, row))


def read(call: Call, item_id: str) -> Item:
    """One item. NotFound."""
    return view(load_visible(call, tables.Item, call.tenant.key(), item_id))


def page(call: Call, query: ItemQuery) -> Page[Item]:
    """A page of items."""
    query = search.narrowed(call, "item", query)
    if query.barcode is not None:
        owners, cursor = paginate(uniques.Unique, tables.VIEWS, call, query)
        refs = [Ref(tables.Item, call.tenant.key(), each.owner) for each in owners]
        return Page([view(row) for row in find_many(call, tables.Item, refs)], cursor)
    if query.custom_field is not None:
        wanted = custom_fields.requested(call, CustomFieldEntity.ITEM, query.custom_field)
        query = msgspec.structs.replace(query, custom_field=wanted)
    rows, cursor = paginate(tables.Item, tables.VIEWS, call, query)
    return Page([view(row) for row in rows], cursor)


def find(call: Call, item_ids: Collection[str]) -> dict[str, Item]:
    """The items that exist, by id, archived or not; one round trip for each 100."""
    rows = find_many(call, tables.Item, [Ref(tables.Item, call.tenant.key(), each) for each in item_ids])
    return {row.id: view(row) for row in rows}


def names(call: Call, item_ids: Collection[str]) -> dict[str, Named]:
    """The names and SKUs of items."""
    found = find(call, item_ids)
    return {each.id: Named(kind=tables.Item.entity, name=each.name, code=each.sku) for each in found.values()}


def ref(work: Work, item_id: str) -> Ref:
    """The key of an item, for reading it together with other rows."""
    return Ref(tables.Item, work.tenant.key(), item_id)


def active(work: Work, requested: Iterable[tuple[str, str]]) -> dict[str, Item]:
    """Item id to item, for references given as (id, pointer). Invalid at each pointer whose item is missing or
    archived; it names the item that replaces it."""
    return _referenced(work, list(requested), archived=False)


def known(work: Work, requested: Iterable[tuple[str, str]]) -> dict[str, Item]:
    """Like `active`, but accepts archived items, whose stock can still leave."""
    return _referenced(work, list(requested), archived=True)


def _referenced(work: Work, pairs: list[tuple[str, str]], *, archived: bool) -> dict[str, Item]:
    rows = dict(zip([i for i, _ in pairs], work.read(*(ref(work, i) for i, _ in pairs)), strict=True))
    found = [(rows[item_id], pointer) for item_id, pointer in pairs]
    problems = replacement.problems(work, found, archived=archived)
    if problems:
        raise Invalid(errors=problems)
    return {item_id: view(row) for item_id, row in rows.items() if isinstance(row, tables.Item)}


def mark_moved(work: Work, item_ids: Iterable[str]) -> None:
    """Marks items as such whose stock has moved, from when on tracking and expiry stay as they are. Each item is
    written once in its life; the commit fails, and is decided again, when one of the two changes meanwhile."""
    rows = work.read(*(ref(work, item_id) for item_id in sorted(set(item_ids))))
    unmoved = [row for row in rows if isinstance(row, tables.Item) and not row.moved]
    if work.call.is_dry_run and len(unmoved) > MOST_MARKS:
        return  # for good they would be marked before
    for row in unmoved:
        unchanged = (tables.Item.tracking == row.tracking) & (tables.Item.expiry == row.expiry)
        work.change(ref(work, row.id), tables.Item.moved.set(True), condition=unchanged)


MOST_MARKS = 15
"""So many marks fit into a commit beside the largest receipt or adjustment."""


@use_case(events.FIXED)
def mark_moved_ahead(work: Work, item_ids: Collection[str]) -> None:
    """Marks items before a commit that has no room for the marks. If that commit is refused, they stay: fields are
    rather fixed too early than too late."""
    mark_moved(work, item_ids)
    if work.actions:
        first, *others = sorted(set(item_ids))
        work.annotate(entity=tables.Item.entity, entity_id=first, subjects=others)


def assured_status(work: Work, item_id: str) -> ItemStatus:
    """The item's status, which is checked again at commit. Only for rare writes, because each check can conflict with
    other writes of the item."""
    row = work.load(tables.Item, work.tenant.key(), item_id)
    work.require(ref(work, item_id), tables.Item.status == row.status)
    return row.status


def ids_by_sku(work: Work, skus: Iterable[str]) -> dict[str, str]:
    """SKU, as it is given, to item id; without unknown SKUs."""
    return work.owners(tables.SKU, skus)


def ids_by_barcode(work: Work, codes: Iterable[str]) -> dict[str, str]:
    """Barcode, as it is given, to item id; without unknown ones."""
    return work.owners(tables.BARCODE, codes)


def find_ids_by_sku(call: Call, skus: Iterable[str]) -> dict[str, str]:
    """Like `ids_by_sku`, read outside a use case."""
    return uniques.owners(call.tenant, tables.SKU, skus)


def add(work: Work, command: NewItem, pointer: str = "", variant: VariantOf | None = None) -> tables.Item:
    """Adds a new row and its unique values to the work. Invalid for what `rules.errors` lists, and for unknown
    components, tax codes and replacements. pointer: where the item lies in the request. variant: what it has as a
    variant of a template."""
    custom = custom_fields.check(work, CustomFieldEntity.ITEM, command.custom_fields, f"{pointer}/custom_fields")
    _check(work, command, command.barcodes, custom.errors, pointer, components=command.components)
    _check_tax_code(work, command.tax_code_id, pointer)
    row = to_row(
        tables.Item,
        command,
        partition=work.tenant.key(),
        id=work.new_id("itm") if variant is None else variant.item_id,
        folded_sku=folded(command.sku),
        folded_name=tables.folded_name(command.name),
        barcodes=barcodes.completed(command.barcodes) or None,
        custom_fields=custom.values,
        status=ItemStatus.ACTIVE,
    )
    if variant is not None:
        row.template_id, row.options = variant.template_id, variant.options
        row.template_key = work.tenant.key(variant.template_id)
    replacement.check(work, row, f"{pointer}/replacement_id")
    work.create(row, pointer)
    work.claim(tables.SKU, command.sku, row.id, f"{pointer}/sku")
    for index, barcode in enumerate(command.barcodes):
        work.claim(tables.BARCODE, barcode.code, row.id, f"{pointer}/barcodes/{index}/code")
    return row


def apply(work: Work, row: tables.Item, change: ItemChange, pointer: str = "") -> None:
    """Changes the given fields of the row and its unique values. Invalid as `add`, and when a field changes in which
    stock is counted that has moved. pointer: where the item lies in the request."""
    rules.check_fixed(row, row.moved, change, pointer)
    if change.sku is not UNSET and folded(change.sku) != row.folded_sku:
        work.release(tables.SKU, row.sku, row.id)
        work.claim(tables.SKU, change.sku, row.id, f"{pointer}/sku")
    if change.tax_code_id not in (UNSET, row.tax_code_id):
        _check_tax_code(work, change.tax_code_id, pointer)
    if change.barcodes is not UNSET:
        _move_barcodes(work, row, change.barcodes, pointer)
    replaced_by = row.replacement_id
    patch(row, change, without=("barcodes", "custom_fields", *rules.NEVER))
    given = change.custom_fields or {}
    custom = custom_fields.check(
        work, CustomFieldEntity.ITEM, given, f"{pointer}/custom_fields", current=row.custom_fields
    )
    row.custom_fields = custom.values
    kept = (row.barcodes or ()) if change.barcodes is UNSET else ()
    lost = rules.lost_unit_errors(row, kept, pointer)
    _check(work, row, change.barcodes or (), [*custom.errors, *lost], pointer, components=change.components or ())
    if row.replacement_id != replaced_by:
        replacement.check(work, row, f"{pointer}/replacement_id")
    row.folded_sku, row.folded_name = folded(row.sku), tables.folded_name(row.name)


def _check(
    work: Work,
    item: Countable,
    given: Sequence[NewBarcode],
    others: Sequence[FieldError],
    pointer: str,
    *,
    components: Sequence[KitComponent],
) -> None:
    """Invalid for what does not fit together, for the `others`, and for new components that are missing, archived or
    kits."""
    problems = [*rules.errors(item, given, pointer), *others]
    wanted = [(each.item_id, f"{pointer}/components/{i}/item_id") for i, each in enumerate(components)]
    with collected(problems):
        problems += rules.component_errors(components, active(work, wanted), pointer)
    if problems:
        raise Invalid(errors=problems)


def _check_tax_code(work: Work, tax_code_id: str | None | UnsetType, pointer: str) -> None:
    """Invalid when the tax code is missing or archived."""
    if tax_code_id:
        tax_codes.active(work, [(tax_code_id, f"{pointer}/tax_code_id")])


def save(work: Work, row: tables.Item, pointer: str = "") -> tables.Item:
    """Writes a changed item. A mark that its stock has moved, set since the item was read, is not lost: then the
    decision runs again."""
    return work.save(row, pointer, condition=None if row.moved else tables.Item.moved.does_not_exist())


def _move_barcodes(work: Work, row: tables.Item, requested: Sequence[NewBarcode], pointer: str) -> None:
    current = {compared(each.code): each.code for each in row.barcodes or ()}
    wanted = {compared(each.code): (index, each.code) for index, each in enumerate(requested)}
    for form in sorted(current.keys() - wanted.keys()):
        work.release(tables.BARCODE, current[form], row.id)
    for form, (index, code) in wanted.items():
        if form not in current:
            work.claim(tables.BARCODE, code, row.id, f"{pointer}/barcodes/{index}/code")
    row.barcodes = barcodes.completed(requested) or None


def view(row: tables.Item) -> Item:
    """The API's representation of the row."""
    return to_struct(row, Item, moved=bool(row.moved), allowed_transitions=ITEM.allowed(row))
