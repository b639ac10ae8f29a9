"""Rules of reordering, without access to the store."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from chalicelib.catalog.items import units
from chalicelib.catalog.items.kit_schemas import ItemKind
from chalicelib.catalog.items.schemas import Item
from chalicelib.inventory.reordering.tables import ReorderRule
from chalicelib.kernel.errors import FieldError

_ZERO = Decimal(0)
_QUANTITIES = ("reorder_point", "target", "multiple", "minimum_order_quantity")


def errors(rule: ReorderRule, item: Item) -> list[FieldError]:
    """The errors of a rule: an item without stock, no reorder point, quantities finer than the item's unit is counted,
    a target below the reorder point."""
    problems = []
    reorder_point: Decimal | None = rule.reorder_point
    if reorder_point is None:
        problems.append(FieldError("/reorder_point", "required", "Give one, because the item has none."))
    if item.kind is not ItemKind.STOCKED:
        problems.append(FieldError("/item_id", "not_stocked", "Only stocked items are reordered."))
    for name in _QUANTITIES:
        quantity = getattr(rule, name)
        if quantity is not None:
            problems += units.errors(quantity, item.unit, f"/{name}")
    if rule.target is not None and reorder_point is not None and rule.target < reorder_point:
        says = "Give no less than the reorder point, or null."
        problems.append(FieldError("/target", "below_reorder_point", says))
    return problems


def arriving(rule: ReorderRule, expected: Iterable[tuple[date, Decimal]], today: date) -> Decimal:
    """What of the expected arrivals comes within the lead time, overdue ones too; all without a lead time."""
    last = None if rule.lead_time_days is None else today + timedelta(days=rule.lead_time_days)
    return sum((quantity for due_on, quantity in expected if last is None or due_on <= last), _ZERO)


def to_order(rule: ReorderRule, projected: Decimal) -> Decimal:
    """How much to order: what is missing up to the target, at least the minimum, in whole multiples; nothing unless the
    projected quantity is below the reorder point."""
    if projected >= rule.reorder_point:
        return _ZERO
    target = rule.reorder_point if rule.target is None else rule.target
    wanted = max(target - projected, rule.minimum_order_quantity or _ZERO)
    if rule.multiple is None:
        return wanted
    whole, rest = divmod(wanted, rule.multiple)
    return (whole + bool(rest)) * rule.multiple
