"""The table of the credit that customers use."""

from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import Flag, Number, Text
from chalicelib.kernel.dynamo.model import Row, meta
from chalicelib.kernel.privacy import BUSINESS, FINANCIAL
from chalicelib.kernel.tenant import Tenant


class CustomerCredit(Row):
    """Access: by customer and currency. used: the unpaid amounts of the customer's orders. Only customers who have, or
    had, a limit have a row, because each order of one writes it. is_complete: orders from before the limit are counted,
    or a job counts them. Limit: about 40 orders a second for a customer."""

    Meta = meta("customer_credit")
    partition = Text(BUSINESS, hash_key=True)
    currency = Text(BUSINESS, range_key=True)
    used = Number(FINANCIAL)
    is_complete = Flag(BUSINESS, null=True)


def credit_ref(tenant: Tenant, customer_id: str, currency: str) -> store.Ref:
    return store.Ref(CustomerCredit, tenant.key(customer_id), currency)
