"""Human-readable document numbers such as SO-2026-000123, from a counter that is incremented outside the business
transaction, so gaps are possible."""

from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import Text, Whole
from chalicelib.kernel.dynamo.model import Row, meta
from chalicelib.kernel.privacy import BUSINESS
from chalicelib.kernel.tenant import Tenant


class Counter(Row):
    """Access: by series and year of a tenant. Limit: about 1,000 numbers a second for a series."""

    Meta = meta("counters")
    series = Text(BUSINESS, hash_key=True)
    last = Whole(BUSINESS, default=0)


def next_number(tenant: Tenant, series: str, year: int) -> str:
    """The next number of a series in a year, such as `SO-2026-000123`; costs one write unit and one round trip."""
    return _formatted(series, year, store.increment(_ref(tenant, series, year), "last"))


def peek_number(tenant: Tenant, series: str, year: int) -> str:
    """The next number, without reserving it."""
    ref = _ref(tenant, series, year)
    row = store.get(Counter, ref.hash_key)
    return _formatted(series, year, (row.last if row else 0) + 1)


def _ref(tenant: Tenant, series: str, year: int) -> store.Ref:
    return store.Ref(Counter, tenant.key(series, f"{year:04d}"))


def _formatted(series: str, year: int, number: int) -> str:
    return f"{series}-{year:04d}-{number:06d}"
