"""Items that requests name by id or by SKU."""

from collections.abc import Sequence

from chalicelib.catalog.items import service
from chalicelib.catalog.items.schemas import Item
from chalicelib.kernel.errors import FieldError, Invalid, collected
from chalicelib.kernel.work import Work


def items(work: Work, named: Sequence[tuple[str | None, str | None]], pointers: Sequence[str]) -> list[Item]:
    """The items of rows that name one by id or SKU, given as (id, SKU). Invalid with all errors: neither or both, or an
    unknown one."""
    by_sku = service.ids_by_sku(work, [sku for item_id, sku in named if sku and not item_id])
    problems: list[FieldError] = []
    requested: list[tuple[str, str]] = []
    known: dict[str, Item] = {}
    for (item_id, sku), pointer in zip(named, pointers, strict=True):
        if (item_id is None) == (sku is None):
            problems.append(FieldError(pointer, "item_or_sku", "Give either item_id or sku."))
        elif sku is not None and sku not in by_sku:
            problems.append(FieldError(f"{pointer}/sku", "unknown_sku", "No item has this SKU."))
        else:
            requested.append((item_id or by_sku[sku or ""], f"{pointer}/{'sku' if sku else 'item_id'}"))
    with collected(problems):
        known = service.known(work, requested)
    if problems:
        raise Invalid(errors=problems)
    return [known[item_id] for item_id, _ in requested]
