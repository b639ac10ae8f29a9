"""Rate limits: how many requests a tenant, and each of its callers, may make in a window of ten seconds.

The count of a window is a row that all processes increment. A process leases several requests at once, and more each
time in a window, so a busy process writes seldom and an idle one wastes little. A request is served only from a lease
within the limit, so all processes together never serve more than the limit. Unused requests of a lease are lost, so
they may serve a little less. Near the limit, leases become small.

When the row cannot be updated, requests are not counted until the window ends: the stage's throttle still applies, and
an outage of the limiter must not be an outage of the API.
"""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from math import ceil

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.access.errors import RateLimited
from chalicelib.kernel import config, log
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import Moment, Text, Whole
from chalicelib.kernel.dynamo.model import Row, meta
from chalicelib.kernel.privacy import USAGE, Retention
from chalicelib.kernel.tenant import Tenant

WINDOW_SECONDS = 10
FIRST_LEASE = 4
LARGEST_LEASE = 64
_SHARE = 16
"""A lease is at most one sixteenth of the remaining requests: other processes may need the rest. Measured with ten
processes that get requests in turns: the first refusal comes at 90 % of the limit; with a quarter, at 75 %."""


class RateWindow(Row):
    """Access: by tenant and window, or tenant, caller and window. Processes add the size of a lease to `used` and get
    the sum. Limit: 1,000 leases a second for a row."""

    Meta = meta("rate_windows")
    partition = Text(USAGE, hash_key=True)
    used = Whole(USAGE)
    begins_at = Moment(USAGE)
    retention = Retention(
        rule="rate_windows",
        days=1,
        since="begins_at",
        basis="Not needed after its ten seconds",
        by_ttl=True,
    )


@dataclass(frozen=True, slots=True)
class Policy:
    """A limit. quota: the maximum number of requests in a window."""

    name: str
    quota: int

    def __str__(self) -> str:
        return f'"{self.name}";q={self.quota};w={WINDOW_SECONDS}'


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of counting a request. fields: headers of the response about the limits
    (draft-ietf-httpapi-ratelimit-headers-11). refused: the error, when a limit is reached."""

    fields: Mapping[str, str]
    refused: RateLimited | None = None

    def require(self) -> None:
        """RateLimited when a limit is reached."""
        if self.refused is not None:
            raise self.refused


class _Leased:
    """The leased requests of one row in this process. left: leased and not used yet. open: the remaining requests of
    the row after the last lease; None before the first one."""

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
    """The rate limiter of one process. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._window = -1
        self._leases: dict[str, _Leased] = {}
        self._is_store_down = False

    def count(self, tenant: Tenant, caller: str, now: datetime) -> Verdict:
        """Counts one request of a caller (the token's sub). The caller's limit is checked first, so requests above it
        do not use up the tenant's limit."""
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
        """The remaining requests after this one; _SPENT when there were none, None when they are unknown."""
        with self._lock:
            leased = self._leases_of(window).setdefault(key, _Leased())
            if leased.left:
                leased.left -= 1
                return (leased.open or 0) + leased.left
            if leased.open == 0:
                return _SPENT
            if self._is_store_down:
                return None
            requested = leased.next_lease()
        # Without the lock, so that other threads need not wait for the store.
        used = self._lease(key, window, requested)
        if used is None:
            return None
        with self._lock:
            granted = max(0, min(requested, policy.quota - (used - requested)))
            leased.take(granted, max(0, policy.quota - used))
            if not leased.left:
                return _SPENT
            leased.left -= 1
            return (leased.open or 0) + leased.left

    def _leases_of(self, window: int) -> dict[str, _Leased]:
        """The leases of this window. Discards those of another window, also when the clock is set back."""
        if window != self._window:
            self._window, self._leases, self._is_store_down = window, {}, False
        return self._leases

    def _lease(self, key: str, window: int, requested: int) -> int | None:
        """Adds `requested` to the row and returns the sum. None when the store fails; then the rest of the window is
        not counted."""
        begins_at = datetime.fromtimestamp(window * WINDOW_SECONDS, UTC)
        changes = [RateWindow.used.add(requested), RateWindow.begins_at.set(begins_at)]
        try:
            return store.tally(store.update(store.Ref(RateWindow, key), changes), "used")
        except (BotoCoreError, ClientError) as error:
            log.count("RateLimiterBlind")
            log.logger().warning("requests are not counted", reason=log.reason_of(error))
            with self._lock:
                self._is_store_down = True
            return None


def _limits(tenant: Tenant, caller: str, window: int) -> Iterator[tuple[Policy, str]]:
    """The limits that are enabled, each with the key of its row."""
    tenants, callers = policies()
    if callers.quota:
        yield callers, tenant.key("caller", caller, str(window))
    if tenants.quota:
        yield tenants, tenant.key("tenant", str(window))


def policies() -> tuple[Policy, Policy]:
    settings = config.current()
    return Policy("tenant", settings.rate_tenant), Policy("caller", settings.rate_caller)


def _verdict(found: list[tuple[int, Policy]], seconds: int) -> Verdict:
    shown = ", ".join(str(policy) for policy in policies() if policy.quota)
    fields = {"RateLimit-Policy": shown} if shown else {}
    if not found:
        return Verdict(fields)
    remaining, policy = min(found, key=lambda each: each[0])
    fields["RateLimit"] = f'"{policy.name}";r={max(0, remaining)};t={seconds}'
    if remaining != _SPENT:
        return Verdict(fields)
    holder = "Your tenant has" if policy.name == "tenant" else "You have"
    detail = f"{holder} made {policy.quota} requests in {WINDOW_SECONDS} seconds; wait for the next window."
    return Verdict(fields, RateLimited(detail, retry_after=seconds))


@cache
def _limiter() -> Limiter:
    return Limiter()


def count(tenant: Tenant, caller: str, now: datetime) -> Verdict:
    """Counts a request with the limiter of this process."""
    return _limiter().count(tenant, caller, now)


def forget() -> None:
    """Discards the leases of the process; their unused requests are lost for the window."""
    _limiter.cache_clear()
