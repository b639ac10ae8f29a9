"""Errors of the stock period."""

from datetime import date

from chalicelib.kernel.errors import Conflict, FieldError


class PeriodClosed(Conflict):
    code = "period_closed"
    title = "The period is closed"

    def __init__(self, closed_through: date) -> None:
        says = f"Stock is closed through {closed_through}; use a later day."
        super().__init__(says, errors=[FieldError("/effective_on", "period_closed", says)])
