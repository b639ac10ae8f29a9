"""The first login makes the user's record, or completes the one that the invitation made; later logins refresh it."""

from collections.abc import Callable, Sequence

from chalicelib.access import access_state, permissions
from chalicelib.access.errors import UserDisabled
from chalicelib.access.roles import NAMES, Role
from chalicelib.identity import admin_api, keycloak
from chalicelib.identity.users import events, invited, service, tables
from chalicelib.identity.users.schemas import Me, UserStatus, UserSyncState
from chalicelib.identity.users.states import USER
from chalicelib.kernel import clock, log, uniques
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import AlreadyExists
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.visibility import find
from chalicelib.kernel.work import Work


def read(call: Call) -> Me:
    """The caller. UserDisabled for who is shut out."""
    return _view(call, _find_own_record(call) if call.kind == "user" else None)


def log_in(call: Call, record: Callable[[keycloak.Person, Sequence[Role]], Answer[Me]]) -> Answer[Me] | None:
    """Reads the caller's account in Keycloak and calls `record` with it. None, without a call, when there is nothing to
    record: for machines, for a login that was recorded before, and while the account cannot be read. UserDisabled for
    who is shut out; Unauthorized or Forbidden when that happened a moment ago."""
    if call.kind != "user":
        return None
    row = _find_own_record(call)
    if row is not None and row.profile_at is not None and (call.auth_time or 0) <= row.profile_at.timestamp():
        return None
    account = _account(call)
    if account is None:
        return None
    try:
        return record(*account)
    except AlreadyExists:  # the same person's other request was faster
        return None


@use_case(events.LOGGED_IN)
def logged_in(work: Work, person: keycloak.Person, roles: Sequence[Role]) -> Me:
    """Makes the person's record, or brings it up to date. An invitation becomes the record of the person who has proved
    to own its address. roles: those in Keycloak of a member whom nobody invited here; without any there is no record.

    UserDisabled for who is shut out.
    """
    row = _find_by_unique(work, tables.SUBJECT_KIND, person.id)
    if row is None:
        return _view(work.call, _record_first_login(work, person, roles))
    access_state.require_open(work, person.id)
    _take_over_profile(work, row, person)
    row.profile_at = clock.real()
    return _view(work.call, work.save(row))


def _view(call: Call, row: tables.User | None) -> Me:
    """UserDisabled when the record is not active."""
    if row is not None and row.status is not UserStatus.ACTIVE:
        raise UserDisabled("Ask an administrator of the tenant.")
    return Me(
        tenant=call.tenant.id,
        subject=call.actor,
        kind=call.kind,
        roles=sorted(call.roles),
        permissions=permissions.of_roles(call.roles),
        warehouses=None if call.scope_ids is None else sorted(call.scope_ids),
        user=None if row is None else service.view(row),
    )


def _record_first_login(work: Work, person: keycloak.Person, roles: Sequence[Role]) -> tables.User | None:
    invited = _find_invitation(work, person)
    if invited is not None:
        return _accept_invitation(work, invited, person)
    return _add_member(work, person, roles) if roles else None


def _accept_invitation(work: Work, row: tables.User, person: keycloak.Person) -> tables.User:
    USER.take(row, "log-in")
    invited.release(work, row)
    service.start_sync(work, row)
    row.is_mail_pending = None
    _identify(work, row, person)
    service.write_access_state(work, row, unless_blocked=True)
    return work.save(row)


def _add_member(work: Work, person: keycloak.Person, roles: Sequence[Role]) -> tables.User:
    """Adds a record for a member who was added in Keycloak itself."""
    row = tables.User(
        partition=work.tenant.key(),
        id=work.new_id("usr"),
        status=UserStatus.ACTIVE,
        sync=UserSyncState.DONE,
        roles=list(roles),
    )
    _identify(work, row, person)
    access_state.require_open(work, person.id)
    return work.create(row)


def _identify(work: Work, row: tables.User, person: keycloak.Person) -> None:
    """Makes the account the record's own, with its names and address."""
    row.subject = person.id
    _take_over_profile(work, row, person)
    row.profile_at = clock.real()
    work.claim(tables.SUBJECT_KIND, person.id, row.id, "/subject")


def _find_own_record(call: Call) -> tables.User | None:
    owner = uniques.owners(call.tenant, tables.SUBJECT_KIND, [call.actor]).get(call.actor)
    return None if owner is None else find(call, tables.User, call.tenant.key(), owner)


def _account(call: Call) -> tuple[keycloak.Person, list[Role]] | None:
    """The caller's account and its roles. None when it cannot be read now, or is no member any more."""
    access_state.check(call.tenant, call.actor, call.sid, call.issued_at, fresh=True)
    try:
        person = keycloak.member(call, call.actor)
        if person is None:
            return None
        return person, [Role(name) for name in sorted(keycloak.groups_of(call, person.id) & NAMES)]
    except (admin_api.Unavailable, admin_api.Refused) as error:
        log.logger().warning("an account could not be read", reason=str(error))
        return None


def _find_by_unique(work: Work, kind: uniques.Kind, value: str) -> tables.User | None:
    owner = work.owners(kind, [value]).get(value)
    return None if owner is None else service.load(work, owner)


def _find_invitation(work: Work, person: keycloak.Person) -> tables.User | None:
    """The open invitation to an address that the person has proved to own."""
    if person.email is None or not person.is_verified:
        return None
    row = _find_by_unique(work, tables.EMAIL_KIND, tables.email_token(work.tenant, person.email))
    if row is None or row.subject is not None:
        return None
    # Equal tokens are not enough: they fold more spellings of an address into one than Keycloak does.
    return row if keycloak.is_same_address(row.email, person.email) else None


def _take_over_profile(work: Work, row: tables.User, person: keycloak.Person) -> None:
    """Copies names and address of the account to the record; no names while a change of an administrator has not
    reached Keycloak yet, and no address that is not proved or that another user of the tenant has."""
    if row.sync is UserSyncState.DONE or row.profile_at is None:
        row.given_name = person.given_name or row.given_name
        row.family_name = person.family_name or row.family_name
    email = person.email if person.is_verified else None
    if email == row.email:
        return
    work.erase_answers(row)
    if row.email is not None:
        work.release(tables.EMAIL_KIND, tables.email_token(work.tenant, row.email), row.id)
    row.email = None
    if email is not None:
        token = tables.email_token(work.tenant, email)
        if work.owners(tables.EMAIL_KIND, [token]).get(token, row.id) == row.id:
            work.claim(tables.EMAIL_KIND, token, row.id, "/email")
            row.email = email
