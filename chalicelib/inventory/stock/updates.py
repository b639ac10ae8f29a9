"""The updates of stock rows by physical moves."""

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
MOVE = Prepared(Stock, lambda of: (_changes(of), _unmoved(of)), **_SLOTS)
"""Whatever is available."""
TAKE = Prepared(
    Stock,
    lambda of: (
        _changes(of),
        _unmoved(of) & (Stock.available >= of["least_available"]) & (Stock.waiting <= of["waiting"]),
    ),
    **_SLOTS,
    least_available="N",
    waiting="N",
)
"""If enough is available beyond what others wait for."""
PUT = Prepared(Stock, lambda of: (_changes(of), _unmoved(of) & Stock.blocked.does_not_exist()), **_SLOTS)
"""Unless the item is archived."""
