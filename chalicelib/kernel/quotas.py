"""Quotas: how often something may happen in an hour or a day, counted in the transaction that does it."""

from datetime import timedelta
from typing import ClassVar

from chalicelib.kernel import clock
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import Expiry, Moment, Text, Whole
from chalicelib.kernel.dynamo.model import Row, meta
from chalicelib.kernel.errors import Conflict
from chalicelib.kernel.privacy import USAGE, Retention
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.work import Work

HOUR, DAY = 13, 10
"""A period, as the length of the time's prefix that names it: `2026-11-25T08`, `2026-11-25`."""
_KEPT_DAYS = 2


class Quota(Row):
    """Access: by tenant, subject of the count and period; then by holder, whose count it is."""

    Meta = meta("quotas")
    partition = Text(USAGE, hash_key=True)
    holder = Text(USAGE, range_key=True)
    used = Whole(USAGE)
    began_at = Moment(USAGE)
    expires_at = Expiry(USAGE)
    retention = Retention(
        rule="quotas",
        days=_KEPT_DAYS,
        since="began_at",
        basis="A count is not used after its hour or day",
    )


class QuotaReached(Conflict):
    """The quota of this period is used up."""

    code: ClassVar[str] = "quota_reached"
    title: ClassVar[str] = "This has been done as often as it may be for now"


def ref(tenant: Tenant, what: str, holder: str, period: int) -> store.Ref:
    """The key of the count of the current period."""
    return store.Ref(Quota, tenant.key(what, clock.text(clock.now())[:period]), holder)


def take(work: Work, what: str, holder: str, *, period: int, most: int) -> None:
    """Adds one to the count of `what` for the holder in the current period. QuotaReached above `most`."""
    work.change(
        ref(work.tenant, what, holder, period),
        Quota.used.add(1),
        Quota.began_at.set(work.now),
        Quota.expires_at.set(work.now + timedelta(days=_KEPT_DAYS + 1)),
        condition=Quota.used.does_not_exist() | (Quota.used < most),
        on_condition_failed=lambda _: QuotaReached(),
    )
