"""Access states: revoked tokens, blocked tenants and users, and limits of users, which a token does not contain.

Every request checks them, from a cache of 30 seconds; dangerous operations read them without the cache.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from pynamodb.expressions.condition import Condition

from chalicelib.access.errors import TenantSuspended, TenantUnknown, UserDisabled
from chalicelib.kernel import clock
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import Flag, Moment, Struct, Text
from chalicelib.kernel.dynamo.model import Item, Row, meta
from chalicelib.kernel.errors import Unauthorized
from chalicelib.kernel.privacy import BUSINESS, USAGE, Retention
from chalicelib.kernel.tenant import PLATFORM, Tenant, compound
from chalicelib.kernel.ttl_cache import TtlCache
from chalicelib.kernel.work import Work

CACHE_SECONDS = 30.0
_CACHE_ENTRIES = 10_000
_ALL_SESSIONS = "all"
_cache: TtlCache[store.Ref, "AccessState | None"] = TtlCache(CACHE_SECONDS, _CACHE_ENTRIES)


class AccessState(Row):
    """Access: by subject. In the tenant's partition: the tenant, or one of its users. In the platform's partition: one
    session of a user, or all of them, because a login belongs to the realm and not to a tenant. Every tenant has its
    row: an organization of Keycloak without one is no tenant.

    not_before: tokens issued earlier are refused. is_blocked: all tokens are refused. scope_ids: the parts of the
    tenant that the user is limited to; missing means no limit. roles: roles of a token that are not among these are
    ignored, until Keycloak is up to date; missing means all count. api_version: the version of the API that the tenant
    has pinned; clock_at, clock_since, is_clock_frozen: how a sandbox has set its clock, missing for other tenants; all
    of these only in the tenant's own row. ended_at: set only for sessions, whose rows are not
    needed after their last token has expired.
    """

    Meta = meta("access_states")
    partition = Text(USAGE, hash_key=True)
    subject = Text(USAGE, range_key=True)
    not_before = Moment(USAGE, null=True)
    is_blocked = Flag(BUSINESS, null=True)
    scope_ids: Struct[list[str]] = Struct(BUSINESS, list[str], null=True)
    roles: Struct[list[str]] = Struct(BUSINESS, list[str], null=True)
    api_version = Text(BUSINESS, null=True)
    clock_at = Moment(BUSINESS, null=True)
    clock_since = Moment(BUSINESS, null=True)
    is_clock_frozen = Flag(BUSINESS, null=True)
    ended_at = Moment(USAGE, null=True)
    retention = Retention(
        rule="ended_sessions",
        days=2,
        since="ended_at",
        basis="Not needed after the last token of the session has expired, five minutes after the logout",
        by_ttl=True,
    )

    def clock_setting(self) -> clock.Setting | None:
        """How the clock of a sandbox is set; None for the row of another tenant."""
        if self.clock_at is None or self.clock_since is None:
            return None
        return clock.Setting(self.clock_at, self.clock_since, bool(self.is_clock_frozen))


class Bounds(NamedTuple):
    """What is known of a caller beyond the token. scope_ids, roles: limits of the user, None for no limit. api_version:
    the version of the API that the tenant has pinned, None for none. clock_setting: how a sandbox has set its clock."""

    scope_ids: frozenset[str] | None
    roles: frozenset[str] | None
    api_version: str | None
    clock_setting: clock.Setting | None


def require_tenant(tenant: Tenant, sub: str, sid: str) -> None:
    """TenantUnknown when the operator has made no such tenant; Contention when the store does not answer. Reads all
    that `check` needs, so that both take one round trip."""
    if _rows(_refs(tenant, sub, sid), fresh=False)[0] is None:
        raise TenantUnknown("Ask your operator.")


def check(tenant: Tenant, sub: str, sid: str, issued_at: int, *, fresh: bool = False) -> Bounds:
    """The limits of the caller.

    Raises Unauthorized when the token has been revoked, UserDisabled and TenantSuspended; Contention when the store
    does not answer.
    """
    of_tenant, of_user, *of_sessions = _rows(_refs(tenant, sub, sid), fresh)
    if of_tenant is not None and of_tenant.is_blocked:
        raise TenantSuspended("Ask your operator.")
    if of_user is not None and of_user.is_blocked:
        raise UserDisabled("Ask an administrator of the tenant.")
    marks = [row.not_before for row in (of_tenant, of_user, *of_sessions) if row is not None]
    if any(mark is not None and issued_at < mark.timestamp() for mark in marks):
        raise Unauthorized("The token has been revoked; sign in again.")
    pinned = None if of_tenant is None else of_tenant.api_version
    setting = None if of_tenant is None or of_tenant.clock_setting() is None else setting_of(tenant)
    if of_user is None:
        return Bounds(None, None, pinned, setting)
    return Bounds(_set(of_user.scope_ids), _set(of_user.roles), pinned, setting)


def setting_of(tenant: Tenant) -> clock.Setting | None:
    """How the tenant has set its clock, read without the cache; None when it is no sandbox."""
    row = tenant_row(tenant)
    return None if row is None else row.clock_setting()


def tenant_row(tenant: Tenant) -> AccessState | None:
    """The tenant's own row, read without the cache; None as long as the tenant is not there."""
    ref = _tenant_ref(tenant)
    return store.get(AccessState, ref.hash_key, ref.range_key)


def require_in_force(work: Work) -> None:
    """Adds the condition that the caller has not been blocked or changed since the token was issued, so that two
    administrators cannot disable each other at the same time."""
    if work.call.kind == "user":
        issued = datetime.fromtimestamp(work.call.issued_at, UTC)
        counts = AccessState.not_before.does_not_exist() | (AccessState.not_before <= issued)
        _require(work, work.call.actor, _is_open() & counts)


def require_open(work: Work, sub: str) -> None:
    """Adds the condition that the user is not blocked."""
    _require(work, sub, _is_open())


def _require(work: Work, sub: str, condition: Condition) -> None:
    absent = AccessState.partition.does_not_exist()
    work.require(_user_ref(work.tenant, sub), absent | condition, _user_disabled)


def _user_disabled(_: Item | None) -> UserDisabled:
    return UserDisabled("Your own access has changed.")


def _is_open() -> Condition:
    is_open: Condition = AccessState.is_blocked.does_not_exist() | (AccessState.is_blocked == False)  # noqa: E712 - PynamoDB overloads ==
    return is_open


def _set(values: list[str] | None) -> frozenset[str] | None:
    return None if values is None else frozenset(values)


def open_tenant(work: Work, api_version: str, *, is_sandbox: bool) -> bool:
    """Lets the people of a new tenant in, with this version of the API pinned; a sandbox gets a clock that shows the
    real time. Returns False, and changes nothing, when that was done before."""
    ref = _tenant_ref(work.tenant)
    is_new = work.find(AccessState, ref.hash_key, ref.range_key) is None
    if is_new:
        row = _row(ref, not_before=None, api_version=api_version)
        if is_sandbox:
            row.clock_at = row.clock_since = clock.real()
        work.insert(row)
    return is_new


def write_tenant(work: Work, *, is_blocked: bool) -> None:
    """Blocks or unblocks the tenant; tokens issued before are refused in both cases."""
    ref = _tenant_ref(work.tenant)
    _cache.drop(ref)  # so that it counts at once in this process, which handles one request at a time
    work.change(ref, AccessState.not_before.set(clock.real()), AccessState.is_blocked.set(is_blocked))


def pin_version(work: Work, version: str) -> None:
    """Pins the version of the API that the tenant is answered in. Tokens stay valid."""
    work.change(_tenant_ref(work.tenant), AccessState.api_version.set(version))


def set_clock(work: Work, decide: Callable[[clock.Setting | None], clock.Setting]) -> clock.Setting:
    """Sets the clock of a sandbox to what `decide` returns for the setting so far, which is None for other tenants."""
    ref = _tenant_ref(work.tenant)
    row = work.find(AccessState, ref.hash_key, ref.range_key)
    before = None if row is None else row.clock_setting()
    setting = decide(before)
    is_as_read: Condition = AccessState.clock_at.does_not_exist()
    if before is not None:
        is_as_read = (AccessState.clock_at == before.at) & (AccessState.clock_since == before.since)
    work.change(
        ref,
        AccessState.clock_at.set(setting.at),
        AccessState.clock_since.set(setting.since),
        AccessState.is_clock_frozen.set(setting.is_frozen),
        condition=is_as_read,
    )
    return setting


def write_user(
    work: Work,
    sub: str,
    *,
    is_blocked: bool,
    scope_ids: Sequence[str] | None = None,
    roles: Sequence[str] | None = None,
    unless_blocked: bool = False,
) -> None:
    """Blocks the user of this tenant, or unblocks him with limits to parts of the tenant and to roles. Tokens issued
    before are refused, because they contain the previous roles. UserDisabled when the user is blocked, with
    `unless_blocked`."""
    ref, absent = _user_ref(work.tenant, sub), AccessState.partition.does_not_exist()
    _cache.drop(ref)
    work.overwrite(
        _row(
            ref,
            not_before=clock.real(),
            is_blocked=is_blocked,
            scope_ids=None if scope_ids is None else sorted(scope_ids),
            roles=None if roles is None else sorted(roles),
        ),
        absent | _is_open() if unless_blocked else None,
        _user_disabled,
    )


def session_ended(sub: str, sid: str, not_before: datetime) -> store.Action:
    """The action that ends one session of a user, or all of them when `sid` is empty. Its condition fails when a later
    `not_before` is stored already."""
    row = _row(_session_ref(sub, sid or _ALL_SESSIONS), not_before=not_before, ended_at=clock.real())
    return store.put(row, AccessState.not_before.does_not_exist() | (AccessState.not_before < not_before))


def forget() -> None:
    """Clears the cache."""
    _cache.clear()


def _row(
    ref: store.Ref,
    *,
    not_before: datetime | None,
    is_blocked: bool | None = None,
    scope_ids: list[str] | None = None,
    roles: list[str] | None = None,
    ended_at: datetime | None = None,
    api_version: str | None = None,
) -> AccessState:
    return AccessState(
        partition=ref.hash_key,
        subject=ref.range_key,
        not_before=not_before,
        is_blocked=is_blocked,
        scope_ids=scope_ids,
        api_version=api_version,
        roles=roles,
        ended_at=ended_at,
    )


def _tenant_ref(tenant: Tenant) -> store.Ref:
    return store.Ref(AccessState, tenant.key("access_state"), "tenant")


def _user_ref(tenant: Tenant, sub: str) -> store.Ref:
    return store.Ref(AccessState, tenant.key("access_state"), compound("user", sub))


def _session_ref(sub: str, sid: str) -> store.Ref:
    return store.Ref(AccessState, PLATFORM.key("sessions", sub), compound("session", sid))


def _refs(tenant: Tenant, sub: str, sid: str) -> list[store.Ref]:
    """The keys of the tenant's state, the user's, and the sessions', in this order."""
    sessions = (sid, _ALL_SESSIONS) if sid else (_ALL_SESSIONS,)
    return [_tenant_ref(tenant), _user_ref(tenant, sub), *(_session_ref(sub, each) for each in sessions)]


def _rows(requested: list[store.Ref], fresh: bool) -> list[AccessState | None]:
    now = clock.wall()
    cached = {} if fresh else {ref: entry for ref in requested if (entry := _cache.get(ref)) is not None}
    missing = [ref for ref in requested if ref not in cached]
    if missing:
        for ref, item in store.get_many(missing).items():
            cached[ref] = _cache.put(ref, None if item is None else AccessState.read(item), now)
    return [cached[ref].value for ref in requested]
