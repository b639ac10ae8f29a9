"""The credit that customers use, kept by the orders that use it, within their own commits."""

from decimal import Decimal
from typing import NamedTuple

from chalicelib.kernel import money
from chalicelib.kernel.call import Call
from chalicelib.kernel.decimals import Total
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.visibility import find
from chalicelib.kernel.work import Work
from chalicelib.parties.customers import service as customers
from chalicelib.parties.parties.schemas import MoneyAmount
from chalicelib.sales.credit import tables
from chalicelib.sales.credit.schemas import CustomerCredit

_ZERO = Decimal(0)


class Credit(NamedTuple):
    """The credit of a customer in one currency. is_counted: there is a row for what is used."""

    customer_id: str
    currency: str
    limit: MoneyAmount | None
    used: Decimal
    is_counted: bool

    def covers(self, more: Decimal) -> bool:
        """Whether so much more is within the limit. Amounts of another currency than that of the limit are not: nobody
        could compare them."""
        if self.limit is None:
            return True
        return self.limit.currency == self.currency and self.used + more <= self.limit.amount


def refs(work: Work, customer_id: str, currency: str) -> list[Ref]:
    """The keys of what `of_customer` reads, for reading them together with other rows."""
    return [customers.ref(work, customer_id), tables.credit_ref(work.tenant, customer_id, currency)]


def of_customer(work: Work, customer_id: str, currency: str) -> Credit:
    """The credit of a customer for orders in a currency."""
    work.fetch(*refs(work, customer_id, currency))
    row = work.read(tables.credit_ref(work.tenant, customer_id, currency))[0]
    used = row.used if isinstance(row, tables.CustomerCredit) else _ZERO
    return Credit(customer_id, currency, customers.credit_limit(work, customer_id), used, row is not None)


def take(work: Work, credit: Credit, more: Decimal) -> None:
    """Counts so much more as used, also beyond the limit. What is within it stays so, whoever takes some meanwhile."""
    ref = tables.credit_ref(work.tenant, credit.customer_id, credit.currency)
    if not credit.is_counted:
        work.insert(tables.CustomerCredit(partition=ref.hash_key, currency=ref.range_key, used=more))
        return
    used = tables.CustomerCredit.used
    within = used.exists()
    if credit.limit is not None and credit.covers(more):
        within &= used <= Decimal(credit.limit.amount) - more
    work.change(ref, used.set(used + more), condition=within)


def give_back(work: Work, customer_id: str, currency: str, less: Decimal) -> None:
    """Counts so much less as used."""
    used = tables.CustomerCredit.used
    work.change(tables.credit_ref(work.tenant, customer_id, currency), used.set(used - less), condition=used.exists())


def begin_counting(work: Work, customer_id: str) -> bool:
    """Whether orders from before the customer's limit have to be counted now; they count as counted from then on."""
    limit = customers.credit_limit(work, customer_id)
    if limit is None:
        return False
    ref = tables.credit_ref(work.tenant, customer_id, limit.currency)
    row = work.read(ref)[0]
    if not isinstance(row, tables.CustomerCredit):
        row = tables.CustomerCredit(partition=ref.hash_key, currency=limit.currency, used=_ZERO, is_complete=True)
        work.insert(row)
        return True
    if row.is_complete:
        return False
    work.change(ref, tables.CustomerCredit.is_complete.set(True), condition=tables.CustomerCredit.used.exists())
    return True


def read(call: Call, customer_id: str) -> CustomerCredit:
    """How much a customer may still order. NotFound."""
    limit = customers.read(call, customer_id).credit_limit
    if limit is None:
        return CustomerCredit(customer_id=customer_id, limit=None, used=Total(0), left=None)
    ref = tables.credit_ref(call.tenant, customer_id, limit.currency)
    row = find(call, tables.CustomerCredit, ref.hash_key, ref.range_key)
    used = _ZERO if row is None else row.used
    left = max(_ZERO, limit.amount - used)
    used, left = (money.shown(each, limit.currency) for each in (used, left))
    return CustomerCredit(customer_id=customer_id, limit=limit, used=used, left=left)
