"""Errors of sales orders."""

from collections.abc import Sequence

from chalicelib.kernel.errors import Conflict
from chalicelib.sales.orders.hold_schemas import HoldKind


class OrderOnHold(Conflict):
    code = "order_on_hold"
    title = "The order is on hold"

    def __init__(self, kinds: Sequence[HoldKind]) -> None:
        super().__init__(f"The order is on hold ({', '.join(kinds)}); nothing of it is picked or shipped meanwhile.")
