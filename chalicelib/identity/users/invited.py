"""Which tenants have invited an address: an account belongs to the realm, so as long as another tenant has an open
invitation to its address, it is neither deleted nor disabled.

Each invited address has a row under the platform. Accounts at the address that a tenant has left or disabled are noted
in it. The job that ends the last invitation decides on them, and a new invitation opens them again. While a job deletes
or disables accounts, other jobs about the address wait. No tenant is told anything of another.
"""

from collections.abc import Collection
from datetime import timedelta

from pynamodb.expressions.update import Action as UpdateAction

from chalicelib.identity.users.tables import InvitedAddress, User, email_token
from chalicelib.kernel import clock
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import PLATFORM, Tenant, compound
from chalicelib.kernel.work import Work

BUSY_FOR = timedelta(minutes=5)
"""Longer than a worker lives: an older mark was left by one that was stopped."""


class Busy(Exception):
    """A job of another tenant decides on accounts at this address; it takes a moment."""


def claim(work: Work, row: User) -> None:
    """Notes the invitation of a user who has an address."""
    work.change(_ref(row.email), InvitedAddress.claims.add({_owner(work.tenant, row)}))


def release(work: Work, row: User) -> None:
    """Notes that the user's invitation is over: accepted, or taken back."""
    work.change(_ref(row.email), InvitedAddress.claims.delete({_owner(work.tenant, row)}))


def reopened(tenant: Tenant, row: User) -> set[str]:
    """The accounts that an invitation to the address has to enable. Busy."""
    found = _find(row.email)
    if found is None:
        return set()
    if found.busy_by not in (None, _owner(tenant, row)) and not _is_abandoned(found):
        raise Busy
    return found.unused or set()


def is_invited(email: str) -> bool:
    """Whether an invitation to the address is open."""
    found = _find(email)
    return found is not None and bool(found.claims)


def is_noted(email: str) -> bool:
    """Whether the address has a row: it has been invited, and perhaps accounts are left or disabled."""
    return _find(email) is not None


def begin(tenant: Tenant, row: User, email: str, unused: Collection[str] = ()) -> set[str] | None:
    """Notes accounts that the tenant uses no more, and returns all such accounts at the address to decide on; None
    while the address is invited: the end of the last invitation decides then. Busy. Until `end`, other jobs wait."""
    ref, owner = _ref(email), _owner(tenant, row)
    if unused:
        store.write(store.update(ref, [InvitedAddress.unused.add(set(unused))]))
    now = clock.now()
    is_free = (
        InvitedAddress.busy_by.does_not_exist()
        | (InvitedAddress.busy_by == owner)
        | (InvitedAddress.busy_since < now - BUSY_FOR)
    )
    mark = [InvitedAddress.busy_by.set(owner), InvitedAddress.busy_since.set(now)]
    is_mine = store.write(store.update(ref, mark, InvitedAddress.claims.does_not_exist() & is_free))
    found = _find(email)
    if is_mine and found is not None:
        return found.unused or set()
    if found is not None and found.claims:
        return None
    raise Busy


def end(email: str, decided: Collection[str]) -> None:
    """Ends what `begin` began; `decided`: the accounts that are to be noted no more."""
    ref = _ref(email)
    changes: list[UpdateAction] = [InvitedAddress.busy_by.remove(), InvitedAddress.busy_since.remove()]
    if decided:
        changes.append(InvitedAddress.unused.delete(set(decided)))
    store.write(store.update(ref, changes))
    is_empty = InvitedAddress.claims.does_not_exist() & InvitedAddress.unused.does_not_exist()
    store.write(store.delete(ref, is_empty & InvitedAddress.busy_by.does_not_exist()))


def _find(email: str | None) -> InvitedAddress | None:
    ref = _ref(email)
    return store.get(InvitedAddress, ref.hash_key)


def _is_abandoned(found: InvitedAddress) -> bool:
    return found.busy_since is None or found.busy_since < clock.now() - BUSY_FOR


def _owner(tenant: Tenant, row: User) -> str:
    return compound(tenant.id, row.id)


def _ref(email: str | None) -> store.Ref:
    token = email_token(PLATFORM, email or "")
    return store.Ref(InvitedAddress, PLATFORM.key("invited", token))
