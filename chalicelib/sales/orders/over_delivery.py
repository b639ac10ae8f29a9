"""Shipping more of a line than was ordered: within the tolerance of the tenant, or beyond it by permission."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from chalicelib.identity.tenants import service as tenants
from chalicelib.kernel.decimals import plain
from chalicelib.kernel.errors import Conflict, FieldError
from chalicelib.kernel.work import Work
from chalicelib.sales.orders.content import ContentLine
from chalicelib.sales.orders.line_states import LineState

_ZERO = Decimal(0)
_NOT_COMMITTED = "More than is committed for it."


class OverDelivery:
    """What a new shipment may take of lines beyond what was ordered. is_unlimited: by permission. tolerated: by line,
    how much may be shipped beyond what was ordered in all; of lines of which something is. The tolerance is read when
    it is first needed."""

    def __init__(self, work: Work, *, is_unlimited: bool) -> None:
        self._work = work
        self._is_unlimited = is_unlimited
        self.tolerated: dict[int, Decimal] = {}

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
        limit = state.ordered * tenants.over_delivery_percent(self._work) / 100
        if state.over + extra <= limit:
            self.tolerated[line.line] = limit
            return None
        if limit <= state.over:
            return FieldError(pointer, "not_committed", _NOT_COMMITTED)
        says = f"At most {plain(limit - state.over)} more than was ordered may be shipped."
        return FieldError(pointer, "over_tolerance", says)


def require(states: Iterable[LineState], over: Mapping[int, Decimal], tolerated: Mapping[int, Decimal]) -> None:
    """Conflict when what a shipment has beyond what was ordered, by line, may not leave any more: the line has more to
    ship by now, or other shipments have used the tolerance."""
    for state in states:
        quantity = over.get(state.line, _ZERO)
        if quantity and state.outstanding != state.picked:
            raise Conflict(f"There is more to ship of line {state.line} by now; cancel this shipment and make another.")
        if quantity and state.over + quantity > tolerated.get(state.line, state.over + quantity):
            raise Conflict(f"Other shipments have more than was ordered of line {state.line} by now.")
