"""Two ways to find rows that are due, page by page, each page with the position of the next one."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from chalicelib.events import heads
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.model import Item
from chalicelib.kernel.months import FIRST
from chalicelib.kernel.tenant import PLATFORM, Tenant, parts_of
from chalicelib.privacy.retention.rules import Rule

_SCANNED = 500
"""Rows looked at for one page of a scan: about 1 MB at most, 62 read units."""
_BUCKETS = 25
"""Empty day buckets passed over before the checkpoint moves."""
_OVERLAP = timedelta(days=2)
"""Days that are visited again, because rows may have been added late to their bucket."""


class ScanPosition(msgspec.Struct, frozen=True):
    """Where a page starts: a key of the table, and for day buckets the tenant and the day."""

    key: dict[str, dict[str, str]] | None = None
    tenant: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Due rows of one page; `next` is None at the end of the rule."""

    items: list[Item]
    next: ScanPosition | None


def page(rule: Rule, cutoff: datetime, mark: str | None, position: ScanPosition | None) -> Found:
    """The next page of a rule; `mark` is the day up to which a rule with day buckets was swept before."""
    if rule.declared.daily:
        return _by_day(rule, cutoff, mark, position)
    found = store.scan(rule.model, rule.due(cutoff), start=position.key if position else None, limit=_SCANNED)
    return Found(found.items, ScanPosition(found.next_key) if found.next_key else None)


def after(rule: Rule, item: Item) -> ScanPosition:
    """The position after a row."""
    key = {name: item[name] for name in rule.model.key_names()}
    if not rule.declared.daily:
        return ScanPosition(key)
    tenant, day = parts_of(next(iter(key.values()))["S"])
    return ScanPosition(key, tenant, day)


def last_day(cutoff: datetime) -> str:
    """The youngest day that is over for the rule; the day of the cutoff itself is visited tomorrow."""
    return (cutoff.date() - timedelta(days=1)).isoformat()


def _first_day(mark: str | None) -> str:
    begin = date.fromisoformat(f"{FIRST}-01")
    return max(begin, date.fromisoformat(mark) - _OVERLAP).isoformat() if mark else begin.isoformat()


def _by_day(rule: Rule, cutoff: datetime, mark: str | None, position: ScanPosition | None) -> Found:
    first, last = _first_day(mark), last_day(cutoff)
    here = position or ScanPosition(None, PLATFORM.id, first)
    if first > last:
        return Found([], None)
    partition: Any = rule.model.get_attributes()[rule.model.key_names()[0]]
    for _ in range(_BUCKETS):
        bucket = partition == Tenant(here.tenant).key(here.day)
        found = store.query(rule.model, bucket, where=rule.due(cutoff), limit=_SCANNED, start=here.key)
        following = ScanPosition(found.next_key, here.tenant, here.day) if found.next_key else _next(here, first, last)
        if found.items or following is None:
            return Found(found.items, following)
        here = following
    return Found([], here)


def _next(here: ScanPosition, first: str, last: str) -> ScanPosition | None:
    """The next day of the tenant, or the first day of the next tenant. The platform comes first, and after it all
    tenants by id."""
    day = (date.fromisoformat(here.day) + timedelta(days=1)).isoformat()
    if day <= last:
        return ScanPosition(None, here.tenant, day)
    known = "" if here.tenant == PLATFORM.id else here.tenant
    tenant = next(iter(heads.tenants(after=known)), None)
    return None if tenant is None else ScanPosition(None, tenant.id, first)
