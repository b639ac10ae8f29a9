"""The state machine of sales orders. Fulfilment and billing are derived from the quantities of lines (rules.py)."""

from chalicelib.kernel.state_machine import Guard, StateMachine, to
from chalicelib.sales.orders.status_schemas import SalesOrderStatus
from chalicelib.sales.orders.tables import SalesOrder

_DRAFT, _CONFIRMED, _IN_PROGRESS, _DONE, _CANCELLED = SalesOrderStatus
_AFTER_CONFIRMATION = (_CONFIRMED, _IN_PROGRESS, _DONE)
OPEN = frozenset({_DRAFT, _CONFIRMED, _IN_PROGRESS})


def has_picked(row: SalesOrder) -> bool:
    """Whether an open shipment has a part of the order."""
    return any(state.is_picked for state in row.lines or ())


SALES_ORDER: StateMachine[SalesOrderStatus, SalesOrder] = StateMachine(
    {
        _DRAFT: (
            to("update", _DRAFT),
            to("prioritize", _DRAFT),
            to("hold", _DRAFT),
            to("release", _DRAFT),
            to("confirm", *_AFTER_CONFIRMATION),
            to("cancel", _CANCELLED),
        ),
        _CONFIRMED: (
            to("update", *_AFTER_CONFIRMATION),
            to("prioritize", _CONFIRMED),
            to("hold", _CONFIRMED),
            to("release", _CONFIRMED),
            to("ship", *_AFTER_CONFIRMATION),
            to("cancel", _CANCELLED),
        ),
        _IN_PROGRESS: (
            to("update", *_AFTER_CONFIRMATION),
            to("prioritize", _IN_PROGRESS),
            to("hold", _IN_PROGRESS),
            to("release", _IN_PROGRESS),
            to("ship", *_AFTER_CONFIRMATION),
            to("cancel", _DONE),
            to("close", _DONE),
        ),
        _DONE: (),
        _CANCELLED: (),
    },
    guards={
        "cancel": Guard("no open shipment has any of it", lambda row: not has_picked(row)),
        "ship": Guard("it is not on hold", lambda row: not row.holds),
    },
    job_of=lambda row: row.job_id,
)
