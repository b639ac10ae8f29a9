"""The life of a sales order. Fulfilment and billing are derived from the quantities of its lines (rules.py)."""

from chalicelib.kernel.state_machine import StateMachine, to
from chalicelib.sales.orders.schemas import SalesOrderStatus
from chalicelib.sales.orders.tables import SalesOrder

_DRAFT, _CONFIRMED, _IN_PROGRESS, _DONE, _CANCELLED = SalesOrderStatus
_UNDER_WAY = (_CONFIRMED, _IN_PROGRESS, _DONE)
OPEN = frozenset({_DRAFT, _CONFIRMED, _IN_PROGRESS})
SALES_ORDER: StateMachine[SalesOrderStatus, SalesOrder] = StateMachine(
    {
        _DRAFT: (to("update", _DRAFT), to("confirm", *_UNDER_WAY), to("cancel", _CANCELLED)),
        _CONFIRMED: (to("update", *_UNDER_WAY), to("ship", *_UNDER_WAY), to("cancel", _CANCELLED)),
        _IN_PROGRESS: (to("update", *_UNDER_WAY), to("ship", *_UNDER_WAY), to("close", _DONE)),
        _DONE: (),
        _CANCELLED: (),
    },
    job_of=lambda row: row.job_id,
)
