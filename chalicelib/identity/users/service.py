"""Use cases of users: what an administrator decides, stored here; a job (sync.py) brings Keycloak up to date."""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta

from msgspec import UNSET

from chalicelib.access import access_state
from chalicelib.access.roles import Role
from chalicelib.identity.users import events, invited, repository, rules, tables
from chalicelib.identity.users.schemas import NewUser, User, UserChange, UserQuery, UserStatus, UserSyncState
from chalicelib.identity.users.states import USER
from chalicelib.jobs import service as jobs
from chalicelib.kernel import clock, ids, lifecycle, quotas, uniques
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo.actions import Ref
from chalicelib.kernel.errors import Conflict, Invalid
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import patch, to_row, to_struct
from chalicelib.kernel.names import Named
from chalicelib.kernel.pages import Page
from chalicelib.kernel.quotas import Allowance, QuotaReached
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.uniques import Unique
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.visibility import find_many, load_visible
from chalicelib.kernel.work import Work

SYNC_JOB = "user.sync"
INVITATIONS = Allowance("invitations", "day", 200, "Invitations of people by mail.")
MAIL_PAUSE = timedelta(minutes=10)
"""Invitations go to addresses that nobody has proved yet: neither may be used to pester people."""


@use_case(events.INVITED)
def invite(work: Work, command: NewUser) -> User:
    """Adds a user, whom a job then invites by e-mail. AlreadyExists when the tenant has the address already,
    QuotaReached when it has sent all the invitations of a day."""
    rules.check_roles(command.roles)
    row = to_row(
        tables.User,
        command,
        partition=work.tenant.key(),
        id=work.new_id("usr"),
        status=UserStatus.INVITED,
        is_mail_pending=True,
    )
    _count_invitation(work)
    start_sync(work, row)
    work.create(row)
    invited.claim(work, row)
    work.claim(tables.EMAIL_KIND, tables.email_token(work.tenant, command.email), row.id, "/email")
    return view(row)


@use_case(events.UPDATED)
def update(work: Work, user_id: str, change: UserChange) -> User:
    """Changes roles and names; tokens that were made before are refused. TransitionRefused for a removed user, Conflict
    for administrators who take their own role away."""
    row = _take_step(work, user_id, "update")
    if change.roles is not UNSET:
        rules.check_roles(change.roles)
    if not patch(row, change):
        return view(row)
    if change.roles is not UNSET and Role.ADMIN not in change.roles:
        _require_another_administrator(work, row)
    return _save_and_sync(work, row)


def limit(work: Work, user_id: str, warehouses: Sequence[str] | None) -> User:
    """Limits the user to these warehouses, which exist, or with None to none. It counts at once on dangerous
    operations and within 30 seconds on others. TransitionRefused for a removed user, Conflict for oneself."""
    row = _take_step(work, user_id, "limit-to-warehouses")
    _require_another_administrator(work, row)
    row.warehouses = None if warehouses is None else sorted(set(warehouses))
    write_access_state(work, row)
    return view(work.save(row))


@use_case(events.INVITED_AGAIN)
def invite_again(work: Work, user_id: str) -> User:
    """Has the invitation sent again. QuotaReached shortly after the last mail, and when the tenant has sent all the
    invitations of a day."""
    row = _take_step(work, user_id, "invite-again")
    if row.mailed_at is not None and clock.real() - row.mailed_at < MAIL_PAUSE:
        raise QuotaReached("The last mail has only just been sent.")
    _count_invitation(work)
    row.is_mail_pending = True
    start_sync(work, row)
    return view(work.save(row))


@use_case(events.DISABLED)
def disable(work: Work, user_id: str) -> User:
    """Shuts the user out of this tenant, also while Keycloak is down. Conflict for oneself."""
    row = _take_step(work, user_id, "disable")
    _require_another_administrator(work, row)
    return _save_and_sync(work, row)


@use_case(events.ENABLED)
def enable(work: Work, user_id: str) -> User:
    """Lets a disabled user in again."""
    return _save_and_sync(work, _take_step(work, user_id, "enable"))


@use_case(events.REMOVED)
def remove(work: Work, user_id: str) -> User:
    """Ends the membership, or the invitation. The account is deleted too when no other tenant has it. Conflict for
    oneself."""
    before = _load_for_update(work, user_id).status
    row = _take_step(work, user_id, "remove")
    _require_another_administrator(work, row)
    if before is UserStatus.INVITED:
        invited.release(work, row)
    if before is not UserStatus.REMOVED:
        _release_identifiers(work, row)
    return _save_and_sync(work, row)


@use_case(events.SYNCED)
def synced(work: Work, user_id: str, version: int, *, has_left: bool) -> bool:
    """Stores that Keycloak is up to date with this version of the user, and returns True. Returns False, and Keycloak
    has to be brought up to date again, when the user has changed since: another job may have applied the newer version
    before this one applied the older.

    has_left: the membership was ended in Keycloak itself. Tokens that were made meanwhile are refused too.
    """
    row = load(work, user_id)
    if row.version != version:
        row.sync = UserSyncState.PENDING
        write_access_state(work, row)
        work.save(row)
        return False
    if has_left:
        USER.take(row, "leave")
        _release_identifiers(work, row)
    row.sync = UserSyncState.DONE
    if row.is_mail_pending:
        row.mailed_at, row.is_mail_pending = clock.real(), None
    if row.status is UserStatus.REMOVED:
        work.erase_answers(row)
        row.email = row.warehouses = None
    write_access_state(work, row)
    work.save(row)
    return True


@use_case(events.SYNC_REFUSED)
def sync_refused(work: Work, user_id: str, job_id: str) -> None:
    """Stores that Keycloak refused the change; does nothing when a newer job is at work."""
    row = load(work, user_id)
    if row.job_id == job_id:
        row.sync = UserSyncState.FAILED
        work.save(row)


def load(work: Work, user_id: str) -> tables.User:
    """The user's row. NotFound."""
    return work.load(tables.User, work.tenant.key(), user_id)


def read(call: Call, user_id: str) -> User:
    """One user. NotFound."""
    return view(load_visible(call, tables.User, call.tenant.key(), user_id))


def page(call: Call, query: UserQuery) -> Page[User]:
    """A page of users, newest first; or the one with an address or a subject."""
    if query.email is not None or query.subject is not None:
        owners, cursor = paginate(Unique, tables.VIEWS, call, query)
        refs = [Ref(tables.User, call.tenant.key(), entry.owner) for entry in owners]
        return Page([view(row) for row in find_many(call, tables.User, refs)], cursor)
    rows, cursor = paginate(tables.User, tables.VIEWS, call, query)
    return Page([view(row) for row in rows], cursor)


def of_ids(call: Call, user_ids: Iterable[str]) -> list[User]:
    """The users with these ids; other ids, and those of nobody, are left out."""
    wanted = [ref(call.tenant, each) for each in user_ids if ids.is_valid("usr", each)]
    return [view(row) for row in find_many(call, tables.User, wanted)]


def is_last_administrator(call: Call, user_id: str) -> bool:
    """Whether the tenant would have no administrator without the user."""
    return repository.administrators(call.tenant) == {user_id}


def ref(tenant: Tenant, user_id: str) -> Ref:
    """The key of a user, for reading it together with other rows."""
    return Ref(tables.User, tenant.key(), user_id)


def known(work: Work, requested: Iterable[tuple[str, str]]) -> None:
    """Checks references, given as (id, pointer). Invalid at each pointer whose user is missing or was removed."""
    pairs = list(requested)
    rows = work.read(*(ref(work.tenant, user_id) for user_id, _ in pairs))
    found = [row if isinstance(row, tables.User) and row.status is not UserStatus.REMOVED else None for row in rows]
    problems = lifecycle.problems(tables.User.entity, zip(found, (pointer for _, pointer in pairs), strict=True))
    if problems:
        raise Invalid(errors=problems)


def names(call: Call, users: Collection[str]) -> dict[str, Named]:
    """The names of users, given by id or by the `sub` of their tokens; without users who have none."""
    by_id = {each: each for each in users if ids.is_valid("usr", each)}
    by_subject = uniques.owners(call.tenant, tables.SUBJECT_KIND, [each for each in users if each not in by_id])
    owners = by_id | by_subject
    rows = {row.id: row for row in find_many(call, tables.User, [ref(call.tenant, each) for each in owners.values()])}
    found = {}
    for given, owner in owners.items():
        row = rows.get(owner)
        name = " ".join(part for part in (row.given_name, row.family_name) if part) if row else ""
        if name:
            found[given] = Named(kind=tables.User.entity, name=name)
    return found


def view(row: tables.User) -> User:
    """The API's representation of the row."""
    return to_struct(
        row,
        User,
        roles=sorted(row.roles),
        job_id=row.job_id if row.sync is UserSyncState.PENDING else None,
        allowed_transitions=USER.allowed(row),
    )


def start_sync(work: Work, row: tables.User) -> None:
    """Starts the job that brings Keycloak up to date; the caller saves the row."""
    row.sync, row.job_id = UserSyncState.PENDING, jobs.start(work, SYNC_JOB, row.id, must_finish=True)


def write_access_state(work: Work, row: tables.User, *, unless_blocked: bool = False) -> None:
    """Writes what counts for the user's tokens from now on; UserDisabled, with `unless_blocked`, for who is shut out.

    While Keycloak is not up to date, no token counts for more than the roles stored here. A removed user is shut out
    until Keycloak is up to date: from then on no token can name the tenant, and the block must not shut out the person
    who is invited again later.
    """
    if row.subject is not None:
        is_synced = row.sync is UserSyncState.DONE
        is_blocked = row.status is not UserStatus.ACTIVE and not (row.status is UserStatus.REMOVED and is_synced)
        access_state.write_user(
            work,
            row.subject,
            is_blocked=is_blocked,
            scope_ids=row.warehouses,
            roles=None if is_synced else row.roles,
            unless_blocked=unless_blocked,
        )


def _load_for_update(work: Work, user_id: str) -> tables.User:
    return work.load_for_update(tables.User, work.tenant.key(), user_id)


def _take_step(work: Work, user_id: str, step: str) -> tables.User:
    """The user after a step of its life. NotFound, PreconditionFailed, TransitionRefused."""
    row = _load_for_update(work, user_id)
    USER.take(row, step)
    return row


def _count_invitation(work: Work) -> None:
    """Counts one invitation. QuotaReached."""
    quotas.take(work, INVITATIONS)


def _release_identifiers(work: Work, row: tables.User) -> None:
    """Frees address and subject, so that the address, or the same person, can be invited again."""
    if row.email is not None:
        work.release(tables.EMAIL_KIND, tables.email_token(work.tenant, row.email), row.id)
    if row.subject is not None:
        work.release(tables.SUBJECT_KIND, row.subject, row.id)


def _require_another_administrator(work: Work, row: tables.User) -> None:
    """Conflict when callers would shut out, demote or limit themselves. The commit fails when the caller has been shut
    out meanwhile: of two administrators who do so to each other at once only one succeeds, so the tenant keeps one."""
    if row.subject == work.call.actor:
        raise Conflict("Not to yourself: another administrator has to do this.")
    access_state.require_in_force(work)


def _save_and_sync(work: Work, row: tables.User) -> User:
    """Saves the user, starts the job that brings Keycloak up to date, and has the change count here from now on."""
    start_sync(work, row)
    write_access_state(work, row)
    return view(work.save(row))
