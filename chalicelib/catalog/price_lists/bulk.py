"""Rows of imports and exports of prices: each is one price of an item in a list."""

from collections.abc import Iterator, Sequence

from chalicelib.bulk.kinds import Kind, UniqueValue, Upserted
from chalicelib.bulk.schemas import BulkKey, BulkRowOutcome
from chalicelib.catalog.items import service as items
from chalicelib.catalog.items.schemas import Item
from chalicelib.catalog.price_lists import events, prices, repository, rules, service, tables
from chalicelib.catalog.price_lists.price_schemas import MOST_ENTRIES, PriceEntry, PriceRow
from chalicelib.kernel.call import Call
from chalicelib.kernel.codes import folded
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.work import Work


def prepare(work: Work, rows: Sequence[PriceRow], _: BulkKey) -> None:
    """Reads in advance what `upsert` needs of these rows."""
    lists = service.ids_by_code(work, [row.price_list for row in rows])
    skus = items.ids_by_sku(work, [row.sku for row in rows])
    known = [row for row in rows if row.price_list in lists and row.sku in skus]
    work.fetch(
        *{items.ref(work, skus[row.sku]): None for row in known},
        *{repository.prices_ref(work.tenant, lists[row.price_list], skus[row.sku]): None for row in known},
    )


def upsert(work: Work, row: PriceRow, _: BulkKey, pointer: str) -> Upserted:
    """Sets one price, in place of the one of the same unit, minimum quantity and first day; returns what was done and
    the id of the list. One work may set several prices of one item. Invalid with all errors of the row: an unknown list
    or SKU, and what is wrong with the price."""
    price_list_id, item = _named(work, row, pointer)
    ref = repository.prices_ref(work.tenant, price_list_id, item.id)
    stored, planned = work.read(ref)[0], work.planned(ref)
    current = stored if planned is None else tables.ItemPrices.read(planned)
    present = current.entries if isinstance(current, tables.ItemPrices) else []
    entry = _entry(row, item)
    before = next((other for other in present if rules.identity(other) == rules.identity(entry)), None)
    if before == entry:
        return BulkRowOutcome.UNCHANGED, price_list_id
    others = [other for other in present if other is not before]
    problems = rules.errors_of_one(entry, item, pointer) + rules.overlaps(entry, others, pointer)
    if len(others) >= MOST_ENTRIES:
        problems.append(FieldError(pointer, "too_many", f"An item has at most {MOST_ENTRIES} prices in a list."))
    if problems:
        raise Invalid(errors=problems)
    work.take_back(ref)
    prices.write(work, price_list_id, {item.id: rules.ordered([*others, entry])})
    return BulkRowOutcome.CREATED if before is None else BulkRowOutcome.UPDATED, price_list_id


def _named(work: Work, row: PriceRow, pointer: str) -> tuple[str, Item]:
    """The id of the row's list, and its item. Invalid for unknown ones."""
    price_list_id = service.ids_by_code(work, [row.price_list]).get(row.price_list)
    item_id = items.ids_by_sku(work, [row.sku]).get(row.sku)
    if price_list_id is not None and item_id is not None:
        return price_list_id, items.known(work, [(item_id, f"{pointer}/sku")])[item_id]
    problems = []
    if price_list_id is None:
        says = "No price list has this code."
        problems.append(FieldError(f"{pointer}/price_list", "unknown_price_list", says))
    if item_id is None:
        problems.append(FieldError(f"{pointer}/sku", "unknown_sku", "No item has this SKU."))
    raise Invalid(errors=problems)


def _entry(row: PriceRow, item: Item) -> PriceEntry:
    return PriceEntry(
        unit=row.unit or item.unit,
        minimum_quantity=row.minimum_quantity,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        amount=row.amount,
        per=row.per,
        discount_percent=row.discount_percent,
    )


def name_of(row: PriceRow) -> str:
    """What no other row of the same file may have: list, item, unit, minimum quantity and first day, as one text."""
    parts = (folded(row.price_list), folded(row.sku), row.unit or "", row.minimum_quantity.normalize(), row.valid_from)
    return " ".join(str(part) for part in parts)


def page(call: Call, status: str | None, after: str | None) -> tuple[list[PriceRow], str | None]:
    """Prices as rows in a stable order, strongly consistent: of the lists with a status, or of all, after the place
    that the last page returned; and the place to go on after, None at the end."""
    found, following = repository.page_of_all(call, status, after)
    names = items.names(call, {row.id for _, row in found})
    return [each for code, row in found for each in _rows(code, row, names[row.id].code or "")], following


def _rows(code: str, row: tables.ItemPrices, sku: str) -> Iterator[PriceRow]:
    for entry in row.entries:
        yield PriceRow(
            price_list=code,
            sku=sku,
            unit=entry.unit,
            minimum_quantity=entry.minimum_quantity,
            valid_from=entry.valid_from,
            valid_to=entry.valid_to,
            amount=entry.amount,
            per=entry.per,
            discount_percent=entry.discount_percent,
        )


def _sku(row: PriceRow) -> str:
    return row.sku


def _unique(row: PriceRow) -> Iterator[UniqueValue]:
    yield "sku", name_of(row)


PRICES = Kind(
    row=PriceRow,
    keys={BulkKey.CODE: "sku"},
    event=events.PRICES_SET,
    prepare=prepare,
    upsert=upsert,
    code=_sku,
    unique=_unique,
    page=page,
    example={
        "price_list": "DEALER",
        "sku": "BIKE-26-RED",
        "unit": "each",
        "minimum_quantity": "10",
        "valid_from": "2026-01-01",
        "amount": "449.9",
        "per": "1",
    },
)
