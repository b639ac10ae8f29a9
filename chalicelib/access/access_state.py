"""Access states: revoked tokens, blocked tenants and users, and limits of users, which a token does not contain.

Every request checks them, from a cache of 30 seconds; dangerous operations read them without the cache.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action as UpdateAction

from chalicelib.access.errors import TenantSuspended, TenantUnknown, UserDisabled
from chalicelib.access.tables import ALL_SESSIONS, AccessState, session_ref, tenant_ref, user_ref
from chalicelib.kernel import clock
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import Declared
from chalicelib.kernel.dynamo.model import Item
from chalicelib.kernel.errors import Unauthorized
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.ttl_cache import TtlCache
from chalicelib.kernel.work import Work

CACHE_SECONDS = 30.0
_CACHE_ENTRIES = 10_000
_cache: TtlCache[store.Ref, "AccessState | None"] = TtlCache(CACHE_SECONDS, _CACHE_ENTRIES)


class PolicyMarks(NamedTuple):
    """The versions of the privacy policy that a user was shown, and the newest one that the user has accepted; 0 for
    none."""

    shown: frozenset[str] = frozenset()
    accepted: int = 0


class Bounds(NamedTuple):
    """What is known of a caller beyond the token. scope_ids, roles: limits of the user, None for no limit. api_version:
    the version of the API that the tenant has pinned, None for none. clock_setting: how a sandbox has set its clock.
    policy: which versions of the privacy policy the user knows."""

    scope_ids: frozenset[str] | None
    roles: frozenset[str] | None
    api_version: str | None
    clock_setting: clock.Setting | None
    policy: PolicyMarks = PolicyMarks()


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
    return Bounds(_set(of_user.scope_ids), _set(of_user.roles), pinned, setting, _policy_marks(of_user))


def policy_marks(tenant: Tenant, sub: str, *, fresh: bool = False) -> PolicyMarks:
    """Which versions of the privacy policy the user knows; without the cache, when `fresh`. Contention when the store
    does not answer."""
    return _policy_marks(_rows([user_ref(tenant, sub)], fresh)[0])


def _policy_marks(row: AccessState | None) -> PolicyMarks:
    return PolicyMarks() if row is None else PolicyMarks(frozenset(row.policy_shown or ()), row.policy_accepted or 0)


def setting_of(tenant: Tenant) -> clock.Setting | None:
    """How the tenant has set its clock, read without the cache; None when it is no sandbox."""
    row = tenant_row(tenant)
    return None if row is None else row.clock_setting()


def tenant_row(tenant: Tenant) -> AccessState | None:
    """The tenant's own row, read without the cache; None as long as the tenant is not there."""
    ref = tenant_ref(tenant)
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
    work.require(user_ref(work.tenant, sub), absent | condition, _user_disabled)


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
    ref = tenant_ref(work.tenant)
    is_new = work.find(AccessState, ref.hash_key, ref.range_key) is None
    if is_new:
        row = _row(ref, not_before=None, api_version=api_version)
        if is_sandbox:
            row.clock_at = row.clock_since = clock.real()
        work.insert(row)
    return is_new


def write_tenant(work: Work, *, is_blocked: bool) -> None:
    """Blocks or unblocks the tenant; tokens issued before are refused in both cases."""
    ref = tenant_ref(work.tenant)
    _cache.drop(ref)  # so that it counts at once in this process, which handles one request at a time
    work.change(ref, AccessState.not_before.set(clock.real()), AccessState.is_blocked.set(is_blocked))


def pin_version(work: Work, version: str) -> None:
    """Pins the version of the API that the tenant is answered in. Tokens stay valid."""
    work.change(tenant_ref(work.tenant), AccessState.api_version.set(version))


def set_clock(work: Work, decide: Callable[[clock.Setting | None], clock.Setting]) -> clock.Setting:
    """Sets the clock of a sandbox to what `decide` returns for the setting so far, which is None for other tenants."""
    ref = tenant_ref(work.tenant)
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
    ref, absent = user_ref(work.tenant, sub), AccessState.partition.does_not_exist()
    _cache.drop(ref)
    # An update, so that what the user has accepted stays.
    work.change(
        ref,
        AccessState.not_before.set(clock.real()),
        AccessState.is_blocked.set(is_blocked),
        _limit(AccessState.scope_ids, scope_ids),
        _limit(AccessState.roles, roles),
        condition=absent | _is_open() if unless_blocked else None,
        on_condition_failed=_user_disabled,
    )


def _limit(attribute: Declared[list[str]], values: Sequence[str] | None) -> UpdateAction:
    return attribute.remove() if values is None else attribute.set(sorted(values))


def policy_shown(work: Work, sub: str, version: int) -> None:
    """Notes that the user was shown this version of the privacy policy, unless that is noted."""
    if str(version) not in _marks_in(work, sub).shown:
        work.change(user_ref(work.tenant, sub), AccessState.policy_shown.add({str(version)}))


def policy_accepted(work: Work, sub: str, version: int) -> None:
    """Notes that the user has accepted this version of the privacy policy; an older one changes nothing."""
    if _marks_in(work, sub).accepted < version:
        is_older: Condition = AccessState.policy_accepted.does_not_exist() | (AccessState.policy_accepted < version)
        work.change(user_ref(work.tenant, sub), AccessState.policy_accepted.set(version), condition=is_older)


def _marks_in(work: Work, sub: str) -> PolicyMarks:
    """Which versions the user knows. What the cache knows is dropped, also when nothing is going to be written: another
    process may have written it."""
    ref = user_ref(work.tenant, sub)
    _cache.drop(ref)
    return _policy_marks(work.find(AccessState, ref.hash_key, ref.range_key))


def session_ended(sub: str, sid: str, not_before: datetime) -> store.Action:
    """The action that ends one session of a user, or all of them when `sid` is empty. Its condition fails when a later
    `not_before` is stored already."""
    row = _row(session_ref(sub, sid or ALL_SESSIONS), not_before=not_before, ended_at=clock.real())
    return store.put(row, AccessState.not_before.does_not_exist() | (AccessState.not_before < not_before))


def forget() -> None:
    """Clears the cache."""
    _cache.clear()


def _row(
    ref: store.Ref,
    *,
    not_before: datetime | None,
    ended_at: datetime | None = None,
    api_version: str | None = None,
) -> AccessState:
    return AccessState(
        partition=ref.hash_key,
        subject=ref.range_key,
        not_before=not_before,
        api_version=api_version,
        ended_at=ended_at,
    )


def _refs(tenant: Tenant, sub: str, sid: str) -> list[store.Ref]:
    """The keys of the tenant's state, the user's, and the sessions', in this order."""
    sessions = (sid, ALL_SESSIONS) if sid else (ALL_SESSIONS,)
    return [tenant_ref(tenant), user_ref(tenant, sub), *(session_ref(sub, each) for each in sessions)]


def _rows(requested: list[store.Ref], fresh: bool) -> list[AccessState | None]:
    now = clock.wall()
    cached = {} if fresh else {ref: entry for ref in requested if (entry := _cache.get(ref)) is not None}
    missing = [ref for ref in requested if ref not in cached]
    if missing:
        for ref, item in store.get_many(missing).items():
            cached[ref] = _cache.put(ref, None if item is None else AccessState.read(item), now)
    return [cached[ref].value for ref in requested]
