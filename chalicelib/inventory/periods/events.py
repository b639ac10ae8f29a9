"""Events of the stock period."""

from chalicelib.kernel.events import Event

CLOSED = Event("stock_period.closed", "Days were closed: no stock document may be dated on them any more.")
REOPENED = Event("stock_period.reopened", "Closed days were opened again.")
