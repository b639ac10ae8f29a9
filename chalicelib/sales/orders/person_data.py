"""What of an order an erasure may not touch."""

from datetime import date

from chalicelib.identity.tenants import service as tenants
from chalicelib.kernel.dynamo.model import Row
from chalicelib.kernel.privacy import Kept
from chalicelib.kernel.tenant import parts_of
from chalicelib.kernel.work import Work
from chalicelib.sales.orders import repository
from chalicelib.sales.orders.status_schemas import SalesOrderStatus
from chalicelib.sales.orders.tables import SalesOrder

_OPEN = "The order is not finished: its goods still have to be delivered, or it has to be cancelled"
_RECORD = "Commercial record: the law wants it kept for {} years after the year of the order"


def kept(work: Work, row: Row) -> list[Kept]:
    """All while goods have to be delivered; of an order of which goods were delivered, to whom it was billed, for as
    long as the law wants commercial records kept. Nothing of drafts and cancelled orders."""
    name = repository.ref(work.tenant, parts_of(row.attribute_values["partition"])[-1])
    order = work.find(SalesOrder, name.hash_key, name.range_key)
    if order is None or order.status in (SalesOrderStatus.DRAFT, SalesOrderStatus.CANCELLED):
        return []
    if order.status is not SalesOrderStatus.DONE:
        return [Kept((), _OPEN)]
    years = tenants.record_years(work)
    until = date(order.day().year + years, 12, 31)
    if tenants.today(work) > until:
        return []
    return [Kept(("content", "header", "billing_address"), _RECORD.format(years), until)]
