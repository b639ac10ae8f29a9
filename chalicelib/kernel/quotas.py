"""Quotas: how often something may happen in an hour or a day, counted in the transaction that does it.

They go by the real time, also in a sandbox, because they protect others from abuse.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from chalicelib.kernel import clock
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import Moment, Text, Whole
from chalicelib.kernel.dynamo.model import Row, meta
from chalicelib.kernel.errors import Conflict
from chalicelib.kernel.privacy import USAGE, Retention
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.work import Work

_PREFIX = {"hour": 13, "day": 10}
"""The length of the time's prefix that names a period: `2026-11-25T08`, `2026-11-25`."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How often something may happen in a period, in UTC, for each holder. meaning: one sentence about what is
    counted."""

    name: str
    period: Literal["hour", "day"]
    most: int
    meaning: str

    def ends_at(self, now: datetime) -> datetime:
        """When the current period ends."""
        begin = now.replace(minute=0, second=0, microsecond=0)
        if self.period == "hour":
            return begin + timedelta(hours=1)
        return begin.replace(hour=0) + timedelta(days=1)


OF_THE_TENANT = "tenant"
"""The holder of a count that all users of the tenant share."""


class Quota(Row):
    """Access: by tenant, subject of the count and period; then by holder, whose count it is."""

    Meta = meta("quotas")
    partition = Text(USAGE, hash_key=True)
    holder = Text(USAGE, range_key=True)
    used = Whole(USAGE)
    began_at = Moment(USAGE)
    retention = Retention(
        rule="quotas",
        days=2,
        since="began_at",
        basis="A count is not used after its hour or day",
        by_ttl=True,
    )


class QuotaReached(Conflict):
    """The quota of this period is used up."""

    code: ClassVar[str] = "quota_reached"
    title: ClassVar[str] = "This has been done as often as it may be for now"


def ref(tenant: Tenant, allowance: Allowance, holder: str) -> store.Ref:
    """The key of the count of the current period."""
    period = clock.text(clock.real())[: _PREFIX[allowance.period]]
    return store.Ref(Quota, tenant.key(allowance.name, period), holder)


def used(tenant: Tenant, allowances: Sequence[Allowance]) -> list[int]:
    """How much of each allowance the tenant has used in the current period."""
    refs = [ref(tenant, each, OF_THE_TENANT) for each in allowances]
    items = store.get_many(refs) if refs else {}
    return [0 if (item := items[each]) is None else Quota.read(item).used for each in refs]


def take(work: Work, allowance: Allowance, holder: str = OF_THE_TENANT) -> None:
    """Adds one to the holder's count in the current period. QuotaReached when the allowance is used up."""
    work.change(
        ref(work.tenant, allowance, holder),
        Quota.used.add(1),
        Quota.began_at.set(clock.real()),
        condition=Quota.used.does_not_exist() | (Quota.used < allowance.most),
        on_condition_failed=lambda _: QuotaReached(),
    )
