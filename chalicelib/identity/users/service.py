"""Use cases of users: what an administrator wants, written down here; users/sync.py makes Keycloak follow."""

from collections.abc import Sequence
from datetime import timedelta

from msgspec import UNSET

from chalicelib.access import access_state
from chalicelib.access.roles import Role
from chalicelib.identity.users import events, rules, tables
from chalicelib.identity.users.schemas import NewUser, SyncState, User, UserChange, UserQuery, UserStatus
from chalicelib.jobs import service as jobs
from chalicelib.kernel import quotas
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import Conflict, NotFound, TransitionRefused
from chalicelib.kernel.lists import Page, paginate
from chalicelib.kernel.quotas import QuotaReached
from chalicelib.kernel.uniques import Unique
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work

SYNC_JOB = "user.sync"
INVITATIONS_A_DAY = 200
MAIL_PAUSE = timedelta(minutes=10)
"""Mails go to addresses that nobody has proved yet: neither may be used to pester people."""


@use_case(events.INVITED)
def invite(work: Work, command: NewUser) -> User:
    """Adds a user whom Keycloak will write to. AlreadyExists when the tenant has the address already, QuotaReached when
    it has invited enough for a day."""
    rules.check_roles(command.roles)
    row = tables.User(
        partition=work.tenant.key(),
        id=work.new_id("usr"),
        email=command.email,
        given_name=command.given_name,
        family_name=command.family_name,
        roles=list(command.roles),
        status=UserStatus.INVITED,
        is_mail_pending=True,
    )
    _count_invitation(work)
    want_sync(work, row)
    work.create(row)
    work.claim(tables.EMAIL_KIND, tables.email_token(work.tenant, command.email), row.id, "/email")
    return view(row)


@use_case(events.UPDATED)
def update(work: Work, user_id: str, change: UserChange) -> User:
    """Changes roles and names. The user's tokens of before are refused. TransitionRefused for a removed user, Conflict
    when administrators take their own role away."""
    row = _present(work, user_id)
    if change.roles is not UNSET:
        rules.check_roles(change.roles)
        if Role.ADMIN not in change.roles:
            _by_another(work, row)
        row.roles = list(change.roles)
    for name in ("given_name", "family_name"):
        value = getattr(change, name)
        if value is not UNSET:
            setattr(row, name, value)
    return _followed(work, row)


def limit(work: Work, user_id: str, warehouses: Sequence[str] | None) -> User:
    """Wants the user limited to these warehouses, which exist, or to none; at once on dangerous operations and within
    30 seconds on others. TransitionRefused for a removed user, Conflict for oneself."""
    row = _present(work, user_id)
    _by_another(work, row)
    row.warehouses = None if warehouses is None else sorted(set(warehouses))
    write_access_state(work, row)
    return view(work.save(row))


@use_case(events.INVITED_AGAIN)
def invite_again(work: Work, user_id: str) -> User:
    """Has the person written to again. QuotaReached shortly after the last mail, and when the tenant has invited enough
    for a day."""
    row = _stepped(work, user_id, "invite-again")
    if row.mailed_at is not None and work.now - row.mailed_at < MAIL_PAUSE:
        raise QuotaReached("The last mail has only just been sent.")
    _count_invitation(work)
    row.is_mail_pending = True
    want_sync(work, row)
    return view(work.save(row))


@use_case(events.DISABLED)
def disable(work: Work, user_id: str) -> User:
    """Shuts the user out of this tenant, whatever Keycloak says or does not say. Conflict for oneself."""
    return _followed(work, _stepped(work, user_id, "disable"))


@use_case(events.ENABLED)
def enable(work: Work, user_id: str) -> User:
    """Lets a disabled user in again."""
    return _followed(work, _stepped(work, user_id, "enable"))


@use_case(events.REMOVED)
def remove(work: Work, user_id: str) -> User:
    """Ends the membership, or the invitation. The account goes with it when no other tenant has it. Conflict for
    oneself."""
    before = _target(work, user_id).status
    row = _stepped(work, user_id, "remove")
    if before is not UserStatus.REMOVED:
        _release(work, row)
    return _followed(work, row)


@use_case(events.SYNCED)
def synced(work: Work, user_id: str, version: int, *, has_left: bool) -> bool:
    """Notes that Keycloak is as the user was in this version. False when the user has changed since: another job may
    have followed the newer version already, and what this one has done came after it, so Keycloak has to follow again.

    has_left: the membership was ended in Keycloak itself. Tokens made while Keycloak followed are refused too.
    """
    row = find(work, user_id)
    if row.version != version:
        row.sync = SyncState.PENDING
        write_access_state(work, row)
        work.save(row)
        return False
    if has_left:
        row.status = UserStatus.REMOVED
        _release(work, row)
    row.sync = SyncState.DONE
    if row.is_mail_pending:
        row.mailed_at, row.is_mail_pending = work.now, None
    if row.status is UserStatus.REMOVED:
        row.email = row.warehouses = None
    write_access_state(work, row)
    work.save(row)
    return True


@use_case(events.SYNC_REFUSED)
def sync_refused(work: Work, user_id: str, job_id: str) -> None:
    """Notes that Keycloak will not follow; a newer job makes its own attempt."""
    row = find(work, user_id)
    if row.job_id == job_id:
        row.sync = SyncState.FAILED
        work.save(row)


def find(work: Work, user_id: str) -> tables.User:
    """The row. NotFound."""
    return work.load(tables.User, work.tenant.key(), user_id)


def read(call: Call, user_id: str) -> User:
    """One user. NotFound."""
    row = store.get(tables.User, call.tenant.key(), user_id)
    if row is None:
        raise NotFound("There is no such user.")
    return view(row)


def page(call: Call, query: UserQuery) -> Page[User]:
    """A page of users, newest first; or the one with an address or a subject."""
    if query.email is not None or query.subject is not None:
        owners, cursor = paginate(Unique, tables.VIEWS, call, query)
        refs = [store.Ref(tables.User, call.tenant.key(), entry.owner) for entry in owners]
        found = store.get_many(refs).values() if refs else ()
        return Page([view(tables.User.read(item)) for item in found if item is not None], cursor)
    rows, cursor = paginate(tables.User, tables.VIEWS, call, query)
    return Page([view(row) for row in rows], cursor)


def view(row: tables.User) -> User:
    """The row as the API shows it."""
    return User(
        id=row.id,
        subject=row.subject,
        email=row.email,
        given_name=row.given_name,
        family_name=row.family_name,
        roles=sorted(row.roles),
        warehouses=row.warehouses,
        status=row.status,
        sync=row.sync,
        job_id=row.job_id if row.sync is SyncState.PENDING else None,
        allowed_transitions=rules.allowed(row.status, row.sync),
        **row.stamps(),
    )


def _target(work: Work, user_id: str) -> tables.User:
    return work.load_for_update(tables.User, work.tenant.key(), user_id)


def _present(work: Work, user_id: str) -> tables.User:
    row = _target(work, user_id)
    if row.status is UserStatus.REMOVED:
        raise TransitionRefused("user", row.status, [])
    return row


def _stepped(work: Work, user_id: str, step: str) -> tables.User:
    row = _target(work, user_id)
    allowed = rules.allowed(row.status, row.sync)
    if step not in allowed:
        raise TransitionRefused("user", row.status, allowed)
    row.status = rules.TRANSITIONS[row.status].get(step, row.status)
    if row.status in (UserStatus.DISABLED, UserStatus.REMOVED):
        _by_another(work, row)
    return row


def _count_invitation(work: Work) -> None:
    """QuotaReached."""
    quotas.take(work, "invitations", "tenant", period=quotas.DAY, most=INVITATIONS_A_DAY)


def _release(work: Work, row: tables.User) -> None:
    """Somebody else may be invited to the address, and the person once more."""
    if row.email is not None:
        work.release(tables.EMAIL_KIND, tables.email_token(work.tenant, row.email), row.id)
    if row.subject is not None:
        work.release(tables.SUBJECT_KIND, row.subject, row.id)


def _by_another(work: Work, row: tables.User) -> None:
    """Nobody shuts out, demotes or limits himself, and of two who do so to each other at once only one succeeds: so a
    tenant keeps an administrator."""
    if row.subject == work.call.actor:
        raise Conflict("Not to yourself: another administrator has to do this.")
    access_state.require_in_force(work)


def want_sync(work: Work, row: tables.User) -> None:
    """Wants Keycloak to follow; the caller writes the row."""
    row.sync, row.job_id = SyncState.PENDING, jobs.start(work, SYNC_JOB, row.id)


def _followed(work: Work, row: tables.User) -> User:
    """Wants Keycloak to follow, and what counts here to count from now on."""
    want_sync(work, row)
    write_access_state(work, row)
    return view(work.save(row))


def write_access_state(work: Work, row: tables.User, *, unless_blocked: bool = False) -> None:
    """The standing follows every change. While Keycloak has not followed, no token counts for more than the roles here.
    Somebody removed is shut out until Keycloak knows; from then on no token can name the tenant, and an invitation in
    later days must not meet an old block."""
    if row.subject is not None:
        is_followed = row.sync is SyncState.DONE
        is_blocked = row.status is not UserStatus.ACTIVE and not (row.status is UserStatus.REMOVED and is_followed)
        roles = None if is_followed else row.roles
        access_state.write_user(
            work,
            row.subject,
            is_blocked=is_blocked,
            scope_ids=row.warehouses,
            roles=roles,
            unless_blocked=unless_blocked,
        )
