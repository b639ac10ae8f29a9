"""The updates of stock rows by physical moves, each by whether goods leave for a customer."""

from collections.abc import Callable

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action as UpdateAction

from chalicelib.inventory.stock.tables import Stock
from chalicelib.kernel.dynamo.actions import Prepared, Values


def _changes(of: Values) -> list[UpdateAction]:
    names = ("on_hand", "committed", "held", "available", "loose")
    relative = [getattr(Stock, name).set(getattr(Stock, name) + of[name]) for name in names]
    return [
        *relative,
        Stock.seq.set(of["next"]),
        Stock.version.set(Stock.version + 1),
        Stock.moved_at.set(of["at"]),
    ]


def _unmoved(of: Values) -> Condition:
    condition: Condition = (Stock.seq == of["seq"]) & (Stock.committed >= of["least_committed"])
    return condition


_SLOTS = {
    **dict.fromkeys(("on_hand", "committed", "held", "available", "loose", "next", "seq", "least_committed"), "N"),
    "at": "S",
}


def _prepared(guard: Callable[[Values], Condition], **more: str) -> dict[bool, Prepared]:
    """The update under a guard, by whether goods leave for a customer."""
    return {
        False: Prepared(Stock, lambda of: (_changes(of), guard(of)), **_SLOTS, **more),
        True: Prepared(Stock, lambda of: ([*_changes(of), _shipped(of)], guard(of)), **_SLOTS, **more),
    }


def _shipped(of: Values) -> UpdateAction:
    action: UpdateAction = Stock.shipped_at.set(of["at"])
    return action


MOVE = _prepared(_unmoved)
"""Whatever is available."""
TAKE = _prepared(
    lambda of: _unmoved(of) & (Stock.available >= of["least_available"]) & (Stock.waiting <= of["waiting"]),
    least_available="N",
    waiting="N",
)
"""If enough is available beyond what others wait for."""
PUT = _prepared(lambda of: _unmoved(of) & Stock.blocked.does_not_exist())
"""Unless the item is archived."""
