"""Caps: how often something may happen in an hour or a day. Counted in the transaction of what happens."""

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
"""A period, as so many characters of the time: `2026-11-25T08`, `2026-11-25`."""
_KEPT_DAYS = 2


class Quota(Row):
    """Access: by tenant, what is counted and period, and for whom."""

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
        basis="A count is of no use when its hour or day is over",
    )


class QuotaReached(Conflict):
    """As often as it may happen in this period."""

    code: ClassVar[str] = "quota_reached"
    title: ClassVar[str] = "This has been done as often as it may be for now"


def ref(tenant: Tenant, what: str, holder: str, period: int) -> store.Ref:
    """Names the count of this period."""
    return store.Ref(Quota, tenant.key(what, clock.text(clock.now())[:period]), holder)


def take(work: Work, what: str, holder: str, *, period: int, most: int) -> None:
    """Wants `what` counted once more for the holder in this hour or day. QuotaReached beyond `most`."""
    work.change(
        ref(work.tenant, what, holder, period),
        Quota.used.add(1),
        Quota.began_at.set(work.now),
        Quota.expires_at.set(work.now + timedelta(days=_KEPT_DAYS + 1)),
        condition=Quota.used.does_not_exist() | (Quota.used < most),
        on_condition_failed=lambda _: QuotaReached(),
    )
