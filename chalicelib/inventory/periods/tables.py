"""The table of the stock period."""

from datetime import date

from pynamodb.expressions.condition import Condition

from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import Day
from chalicelib.kernel.dynamo.model import Document, meta
from chalicelib.kernel.privacy import BUSINESS
from chalicelib.kernel.tenant import Tenant

ID = "stock"
"""The id of every tenant's row: each partition holds one."""


class StockPeriod(Document):
    """Which days are closed for stock. Access: by tenant. Backdated documents check it in their commit."""

    Meta = meta("stock_periods")
    entity = "stock_period"
    closed_through = Day(BUSINESS, null=True)


def period_ref(tenant: Tenant) -> store.Ref:
    return store.Ref(StockPeriod, tenant.key(), ID)


def is_open(day: date) -> Condition:
    """The condition that the day is not closed."""
    closed = StockPeriod.closed_through
    condition: Condition = closed.does_not_exist() | (closed < day)
    return condition
