"""Shipping more of a line than was ordered: within the tolerance of the tenant, or beyond it by permission."""

from collections.abc import Iterable
from decimal import Decimal

from chalicelib.identity.tenants import service as tenants
from chalicelib.kernel.decimals import plain
from chalicelib.kernel.errors import Conflict, FieldError
from chalicelib.kernel.work import Work
from chalicelib.sales.orders.content import ContentLine
from chalicelib.sales.orders.line_states import LineState

_NOT_COMMITTED = "More than is committed for it."


class OverDelivery:
    """What a new shipment may take of lines beyond what was ordered. is_unlimited: by permission. The tolerance is read
    when it is first needed."""

    def __init__(self, work: Work, *, is_unlimited: bool) -> None:
        self._work = work
        self._is_unlimited = is_unlimited

    def error(self, line: ContentLine, state: LineState, quantity: Decimal, pointer: str) -> FieldError | None:
        """The error of a quantity that is more than is committed; None when it may be shipped. Only a line of which all
        the rest is committed can have more, and no component of a kit."""
        extra = quantity - (state.committed - state.picked)
        if extra <= 0:
            return None
        if line.kit_line is not None or state.outstanding != state.committed:
            return FieldError(pointer, "not_committed", _NOT_COMMITTED)
        if self._is_unlimited:
            return None
        left = state.ordered * tenants.over_delivery_percent(self._work) / 100 - state.over - state.picked_over
        if extra <= left:
            return None
        if left <= 0:
            return FieldError(pointer, "not_committed", _NOT_COMMITTED)
        says = f"At most {plain(left)} more than was ordered may be shipped."
        return FieldError(pointer, "over_tolerance", says)


def require(states: Iterable[LineState]) -> None:
    """Conflict when a line has more to ship than its shipments have, of which some is beyond what was ordered."""
    for state in states:
        if state.picked_over and state.outstanding != state.picked:
            raise Conflict(f"There is more to ship of line {state.line} by now; cancel this shipment and make another.")
