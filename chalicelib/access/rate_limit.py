"""How many requests a tenant, and each of its callers, may make in a window of ten seconds.

The count of a window is a row that every process adds to. A process leases some requests at once, more each time while
the window lasts, so a busy one writes seldom and an idle one wastes little. A request is served only out of a lease
that the row had room for: all processes together never serve more than the limit, and what one leased and did not use
is lost, so they may serve a little less. Near the limit leases become small.

When the row cannot be reached, requests are served uncounted until the window is over: the stage's throttle still
holds, and a limiter that is down must not be an outage.
"""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from math import ceil

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.access.errors import RateLimited
from chalicelib.kernel import config, log
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import Expiry, Moment, Text, Whole
from chalicelib.kernel.dynamo.model import Row, meta
from chalicelib.kernel.privacy import USAGE, Retention
from chalicelib.kernel.tenant import Tenant

WINDOW_SECONDS = 10
FIRST_LEASE = 4
LARGEST_LEASE = 64
_SHARE = 16
"""A lease is at most this part of what the row has left: other processes may need the rest. Measured with ten processes
that get requests in turns: the first refusal comes at 90 % of the limit; with a quarter at 75 %."""
_KEPT = timedelta(minutes=5)
"""Longer than clocks of processes are apart."""


class RateWindow(Row):
    """Access: by tenant and window, or tenant, caller and window: processes add to `used` what they lease and get the
    sum back. Ceiling: 1,000 leases a second a row. DynamoDB's expiry deletes it, for nothing; the sweep is the safety
    net."""

    Meta = meta("rate_windows")
    partition = Text(USAGE, hash_key=True)
    used = Whole(USAGE)
    begins_at = Moment(USAGE)
    expires_at = Expiry(USAGE)
    retention = Retention(
        rule="rate_windows",
        days=3,
        since="begins_at",
        basis="Of no use when its ten seconds are over; DynamoDB may take two days to expire it",
    )


@dataclass(frozen=True, slots=True)
class Policy:
    """`quota`: requests in a window."""

    name: str
    quota: int

    def __str__(self) -> str:
        return f'"{self.name}";q={self.quota};w={WINDOW_SECONDS}'


@dataclass(frozen=True, slots=True)
class Verdict:
    """`fields`: what the answer says about the limits (draft-ietf-httpapi-ratelimit-headers-11). `refused`: when one of
    them is reached."""

    fields: Mapping[str, str]
    refused: RateLimited | None = None

    def require(self) -> None:
        """RateLimited when a limit is reached."""
        if self.refused is not None:
            raise self.refused


class _Held:
    """What a process has of one row. `left`: leased and not used yet. `open`: what the row had left after the last
    lease; None before the first one."""

    __slots__ = ("lease", "left", "open")

    def __init__(self) -> None:
        self.left = 0
        self.lease = FIRST_LEASE
        self.open: int | None = None

    def next_lease(self) -> int:
        return self.lease if self.open is None else max(1, min(self.lease, self.open // _SHARE))

    def take(self, granted: int, room: int) -> None:
        self.open = room if self.open is None else min(room, self.open)
        self.left += granted
        self.lease = min(LARGEST_LEASE, 2 * self.lease)


_SPENT = -1


class Limiter:
    """One process's part. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._window = -1
        self._held: dict[str, _Held] = {}
        self._is_blind = False

    def count(self, tenant: Tenant, caller: str, now: datetime) -> Verdict:
        """Counts one request of a caller (the token's sub). The caller's own limit comes first: whoever floods uses up
        what is his, and then nothing of his tenant's."""
        window = int(now.timestamp()) // WINDOW_SECONDS
        seconds = ceil((window + 1) * WINDOW_SECONDS - now.timestamp())
        found: list[tuple[int, Policy]] = []
        for policy, key in _limits(tenant, caller, window):
            remaining = self._take(policy, key, window)
            if remaining is not None:
                found.append((remaining, policy))
            if remaining == _SPENT:
                break
        return _verdict(found, seconds)

    def _take(self, policy: Policy, key: str, window: int) -> int | None:
        """What remains of the limit after this request; _SPENT when nothing did before, None when nobody knows."""
        with self._lock:
            held = self._at(window).setdefault(key, _Held())
            if held.left:
                held.left -= 1
                return (held.open or 0) + held.left
            if held.open == 0:
                return _SPENT
            if self._is_blind:
                return None
            requested = held.next_lease()
        # Not while locked: other threads go on meanwhile.
        used = self._lease(key, window, requested)
        if used is None:
            return None
        with self._lock:
            granted = max(0, min(requested, policy.quota - (used - requested)))
            held.take(granted, max(0, policy.quota - used))
            if not held.left:
                return _SPENT
            held.left -= 1
            return (held.open or 0) + held.left

    def _at(self, window: int) -> dict[str, _Held]:
        """What is held in this window. All else is forgotten, also when the clock goes back: the rows know better."""
        if window != self._window:
            self._window, self._held, self._is_blind = window, {}, False
        return self._held

    def _lease(self, key: str, window: int, requested: int) -> int | None:
        """The row's sum with `requested` added; None when the store does not say, which then holds for the window."""
        begins_at = datetime.fromtimestamp(window * WINDOW_SECONDS, UTC)
        changes = [
            RateWindow.used.add(requested),
            RateWindow.begins_at.set(begins_at),
            RateWindow.expires_at.set(begins_at + _KEPT),
        ]
        try:
            return store.tally(store.update(store.Ref(RateWindow, key), changes), "used")
        except (BotoCoreError, ClientError) as error:
            log.count("RateLimiterBlind")
            log.logger().warning("requests are not counted", reason=log.reason_of(error))
            with self._lock:
                self._is_blind = True
            return None


def _limits(tenant: Tenant, caller: str, window: int) -> Iterator[tuple[Policy, str]]:
    """The limits that are on, each with the key of its row."""
    tenants, callers = _policies()
    if callers.quota:
        yield callers, tenant.key("caller", caller, str(window))
    if tenants.quota:
        yield tenants, tenant.key("tenant", str(window))


def _policies() -> tuple[Policy, Policy]:
    settings = config.current()
    return Policy("tenant", settings.rate_tenant), Policy("caller", settings.rate_caller)


def _verdict(found: list[tuple[int, Policy]], seconds: int) -> Verdict:
    shown = ", ".join(str(policy) for policy in _policies() if policy.quota)
    fields = {"RateLimit-Policy": shown} if shown else {}
    if not found:
        return Verdict(fields)
    remaining, policy = min(found, key=lambda each: each[0])
    fields["RateLimit"] = f'"{policy.name}";r={max(0, remaining)};t={seconds}'
    if remaining != _SPENT:
        return Verdict(fields)
    whose = "Your tenant has" if policy.name == "tenant" else "You have"
    detail = f"{whose} made {policy.quota} requests in {WINDOW_SECONDS} seconds; wait for the next window."
    return Verdict(fields, RateLimited(detail, retry_after=seconds))


@cache
def _limiter() -> Limiter:
    return Limiter()


def count(tenant: Tenant, caller: str, now: datetime) -> Verdict:
    """Counts a request for this process."""
    return _limiter().count(tenant, caller, now)


def forget() -> None:
    """Drops what the process holds; it is lost until the window is over."""
    _limiter.cache_clear()
