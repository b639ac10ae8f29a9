"""Items as rows: of bulk upserts, imports and exports."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from msgspec import UNSET

from chalicelib.bulk import kinds
from chalicelib.bulk.kinds import Kind, Upserted
from chalicelib.bulk.schemas import BulkKey, BulkRowOutcome
from chalicelib.catalog.items import events, service, tables
from chalicelib.catalog.items.barcodes import compared
from chalicelib.catalog.items.bulk_schemas import FoundRow, ItemRow, KitComponentRow
from chalicelib.catalog.items.kit_schemas import KitComponent
from chalicelib.catalog.items.schemas import Item, NewItem
from chalicelib.catalog.tax_codes import service as tax_codes
from chalicelib.kernel import uniques
from chalicelib.kernel.call import Call
from chalicelib.kernel.codes import folded
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.work import Work

_KEYS = {BulkKey.CODE: "sku", BulkKey.EXTERNAL_REF: "external_refs"}
_REFERENCE = uniques.references(tables.Item.entity)
_COLUMNS = {"/item_id": "/sku", "/tax_code_id": "/tax_code", "/replacement_id": "/replacement_sku"}
"""How the pointers of items end, and those of rows."""


def _prepare(work: Work, rows: Sequence[ItemRow], key: BulkKey) -> None:
    named = service.ids_by_sku(work, [sku for row in rows for sku in _named(row)])
    codes = tax_codes.ids_by_code(work, [row.tax_code for row in rows if row.tax_code])
    owners = {*_owners(work, rows, key).values(), *named.values()}
    work.fetch(
        *(service.ref(work, item_id) for item_id in sorted(owners)),
        *(tax_codes.ref(work, tax_code_id) for tax_code_id in sorted(codes.values())),
    )


def _owners(work: Work, rows: Sequence[ItemRow], key: BulkKey) -> dict[str, str]:
    """The keys of rows that name an item, with its id."""
    if key is BulkKey.CODE:
        return service.ids_by_sku(work, [row.sku for row in rows if row.sku is not UNSET])
    return work.owners(_REFERENCE, [ref.value for row in rows for ref in row.external_refs or ()])


def upsert(work: Work, row: ItemRow, key: BulkKey, pointer: str) -> Upserted:
    """Writes one row. Invalid when it has no key, lacks what a new item needs, names what there is not, or changes what
    is fixed."""
    owner = _owner(work, row, key, pointer)
    found, problems = _found(work, row, pointer)
    try:
        written = _written(work, found, owner, key, pointer)
    except Invalid as error:
        told = [_at_column(each, pointer) for each in error.errors]
        fields = tuple(_field(each, pointer) for each in problems)
        raise Invalid(errors=[*problems, *(each for each in told if _field(each, pointer) not in fields)]) from error
    if problems:
        raise Invalid(errors=problems)
    return written


def _written(work: Work, row: FoundRow, owner: str | None, key: BulkKey, pointer: str) -> Upserted:
    if owner is None:
        return BulkRowOutcome.CREATED, service.add(work, kinds.as_new(NewItem, row, pointer), pointer).id
    item = work.load(tables.Item, work.tenant.key(), owner)
    if key is BulkKey.EXTERNAL_REF and row.external_refs is not UNSET:
        present = item.external_refs or []
        added = [ref for ref in row.external_refs if ref not in present]
        row = msgspec.structs.replace(row, external_refs=[*present, *added])
    before = item.item()
    service.apply(work, item, row, pointer)
    if item.item() == before:
        return BulkRowOutcome.UNCHANGED, item.id
    service.save(work, item, pointer)
    return BulkRowOutcome.UPDATED, item.id


def _owner(work: Work, row: ItemRow, key: BulkKey, pointer: str) -> str | None:
    """The id of the item that the row changes; None when it is a new one."""
    kinds.key_field(ITEMS, row, key, pointer)
    found = sorted(set(_owners(work, [row], key).values()))
    if len(found) > 1:
        says = "These references belong to several items."
        raise Invalid(errors=[FieldError(f"{pointer}/external_refs", "ambiguous", says)])
    return found[0] if found else None


def _found(work: Work, row: ItemRow, pointer: str) -> tuple[FoundRow, list[FieldError]]:
    """The row with the ids of what it names, and an error for each code that nothing has."""
    problems: list[FieldError] = []
    skus = service.ids_by_sku(work, _named(row))
    components = []
    for index, each in enumerate(row.components or ()):
        if each.sku in skus:
            components.append(KitComponent(item_id=skus[each.sku], quantity=each.quantity))
        else:
            problems.append(FieldError(f"{pointer}/components/{index}/sku", "unknown_sku", "No item has this SKU."))
    if row.replacement_sku and row.replacement_sku not in skus:
        problems.append(FieldError(f"{pointer}/replacement_sku", "unknown_sku", "No item has this SKU."))
    codes = tax_codes.ids_by_code(work, [row.tax_code] if row.tax_code else [])
    if row.tax_code and not codes:
        problems.append(FieldError(f"{pointer}/tax_code", "unknown_tax_code", "No tax code has this code."))
    found = kinds.row_of(
        FoundRow,
        row,
        components=UNSET if row.components is UNSET else components,
        tax_code_id=codes.get(row.tax_code) if row.tax_code else row.tax_code,
        replacement_id=skus.get(row.replacement_sku) if row.replacement_sku else row.replacement_sku,
    )
    return found, problems


def _at_column(error: FieldError, pointer: str) -> FieldError:
    """The error at the field of the row, which has codes where the item has ids."""
    for ending, instead in _COLUMNS.items():
        if error.pointer.startswith(pointer) and error.pointer.endswith(ending):
            return msgspec.structs.replace(error, pointer=error.pointer.removesuffix(ending) + instead)
    return error


def _field(error: FieldError, pointer: str) -> str:
    return error.pointer.removeprefix(f"{pointer}/").partition("/")[0]


def _code(row: ItemRow) -> str | None:
    return row.sku or None


def _named(row: ItemRow) -> list[str]:
    """The SKUs of other items that the row names."""
    return [*(each.sku for each in row.components or ()), *([row.replacement_sku] if row.replacement_sku else [])]


def _needs(row: ItemRow) -> Iterator[tuple[str, str]]:
    return (("sku", folded(sku)) for sku in _named(row))


def _unique(row: ItemRow) -> Iterator[tuple[str, str]]:
    if row.sku is not UNSET:
        yield "sku", folded(row.sku)
    yield from ((f"barcodes/{index}", compared(each.code)) for index, each in enumerate(row.barcodes or ()))
    yield from ((f"external_refs/{index}", ref.value) for index, ref in enumerate(row.external_refs or ()))


def _page(call: Call, status: str | None, after: str | None) -> tuple[list[ItemRow], str | None]:
    stored, following = kinds.in_order(tables.Item, call, status, after)
    items = [service.view(row) for row in stored]
    named = {each.item_id for item in items for each in item.components}
    named |= {item.replacement_id for item in items if item.replacement_id}
    skus = {item_id: name.code or "" for item_id, name in service.names(call, named).items()}
    codes = tax_codes.names(call, {item.tax_code_id for item in items if item.tax_code_id})
    return [_as_row(item, skus, {each: name.code for each, name in codes.items()}) for item in items], following


def _as_row(item: Item, skus: Mapping[str, str], codes: Mapping[str, str | None]) -> ItemRow:
    components = [KitComponentRow(sku=skus[each.item_id], quantity=each.quantity) for each in item.components]
    return kinds.row_of(
        ItemRow,
        item,
        components=components,
        tax_code=codes[item.tax_code_id] if item.tax_code_id else None,
        replacement_sku=skus[item.replacement_id] if item.replacement_id else None,
    )


ITEMS = Kind(
    row=ItemRow,
    keys=_KEYS,
    event=events.UPSERTED,
    prepare=_prepare,
    upsert=upsert,
    code=_code,
    unique=_unique,
    page=_page,
    needs=_needs,
    hidden_without={"item.cost": ("cost",)},
    example={
        "sku": "BIKE-26-RED",
        "name": "Cargo bike",
        "description": "Carries two children and the week's shopping.",
        "kind": "stocked",
        "unit": "each",
        "country_of_origin": "DE",
        "units": [{"unit": "box", "numerator": "12", "denominator": "1"}],
        "barcodes": [{"code": "4006381333931"}],
        "category": "Bikes",
        "tracking": "none",
        "price": {"amount": "499.9", "currency": "EUR"},
        "cost": {"amount": "250", "currency": "EUR"},
        "reorder_point": "3",
        "weight": {"value": "21.5", "unit": "kg"},
        "size": {"length": "180", "width": "60", "height": "110", "unit": "cm"},
        "external_refs": [{"system": "legacy", "id": "10023"}],
    },
)
