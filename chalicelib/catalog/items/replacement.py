"""Items that replace other items, and references to items that cannot be used any more."""

from collections.abc import Sequence

from chalicelib.catalog.items.identity_schemas import ItemStatus
from chalicelib.catalog.items.tables import Item
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.work import Work

LONGEST = 10
"""So many items may replace one another in a row. Each of them is read, and checked again at commit."""


def check(work: Work, row: Item, pointer: str) -> None:
    """Invalid at `pointer` when the item's replacement is missing, is the item itself, or is replaced by it in the end.
    The commit depends on it that the items of the chain are not given other replacements meanwhile."""
    seen, following = [row.id], row.replacement_id
    while following is not None:
        if following in seen:
            says = "An item cannot replace itself." if following == row.replacement_id else "This closes a circle."
            raise Invalid(errors=[FieldError(pointer, "circular_replacement", says)])
        if len(seen) > LONGEST:
            says = f"At most {LONGEST} items replace one another; name the last of them."
            raise Invalid(errors=[FieldError(pointer, "too_many_replacements", says)])
        found = work.find(Item, work.tenant.key(), following)
        if found is None:
            raise Invalid(errors=[FieldError(pointer, "unknown_item", "There is no such item.")])
        after = found.replacement_id
        unchanged = Item.replacement_id.does_not_exist() if after is None else Item.replacement_id == after
        work.require(Ref(Item, work.tenant.key(), following), unchanged)
        seen.append(following)
        following = after


def problems(work: Work, found: Sequence[tuple[object, str]], *, archived: bool) -> list[FieldError]:
    """One error for each reference, given as (row or None, pointer), to a missing item, and to an archived one unless
    `archived` are accepted. It names the SKU of the item to use instead."""
    errors = []
    for row, pointer in found:
        if not isinstance(row, Item):
            errors.append(FieldError(pointer, "unknown_item", "There is no such item."))
        elif row.status is ItemStatus.ARCHIVED and not archived:
            instead = _usable(work, row)
            more = "" if instead is None else f" Use {instead.sku}, which replaces it."
            errors.append(FieldError(pointer, "archived_item", f"The item is archived.{more}"))
    return errors


def _usable(work: Work, row: Item) -> Item | None:
    """The next item of the chain of replacements that is not archived; None when there is none."""
    for _ in range(LONGEST + 1):
        following = None if row.replacement_id is None else work.find(Item, work.tenant.key(), row.replacement_id)
        if following is None or following.status is not ItemStatus.ARCHIVED:
            return following
        row = following
    return None
