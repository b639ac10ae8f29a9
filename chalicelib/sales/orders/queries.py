"""Queries of lists of sales orders."""

from typing import Annotated

from msgspec import Meta

from chalicelib.identity.users.schemas import UserId
from chalicelib.kernel.months import MONTH_PATTERN, MONTH_SAYS
from chalicelib.kernel.pages import CreationQuery
from chalicelib.kernel.texts import formatted
from chalicelib.parties.customers.schemas import CustomerId
from chalicelib.sales.orders.status_schemas import SalesOrderStatus
from chalicelib.search.index.schemas import ListSearch


class SalesOrderQuery(CreationQuery, frozen=True, kw_only=True):
    """All orders, those of one month, of one customer, of one customer in one month, or the open ones; newest first.
    Those of a month or a customer are listed by the order's own date, and cannot be sorted otherwise."""

    q: ListSearch | None = None

    month: (
        Annotated[
            str,
            formatted(
                MONTH_PATTERN,
                MONTH_SAYS,
                description="Only orders whose date, `ordered_at` in the time zone of your company, is in this month.",
                examples=["2026-11"],
            ),
        ]
        | None
    ) = None
    open: (
        Annotated[bool, Meta(description="true: only orders that are not done or cancelled; false: only the others.")]
        | None
    ) = None
    customer_id: Annotated[CustomerId, Meta(description="Only orders of this customer.")] | None = None
    on_hold: Annotated[bool, Meta(description="true: only orders that are on hold; false: only the others.")] | None = (
        None
    )
    salesperson_id: Annotated[UserId, Meta(description="Only orders of this user.")] | None = None
    status: Annotated[SalesOrderStatus, Meta(description="Only orders with this status.")] | None = None
