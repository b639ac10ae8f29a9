"""The first login makes the record, or fills in the one that an invitation made; each later login refreshes it."""

from collections.abc import Sequence

from chalicelib.access import access_state, permissions
from chalicelib.access.roles import NAMES, Role
from chalicelib.identity import admin_api, keycloak
from chalicelib.identity.users import events, service, tables
from chalicelib.identity.users.schemas import Me, SyncState, UserStatus
from chalicelib.kernel import log, uniques
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import AlreadyExists
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work


def me(call: Call) -> Me:
    """The caller. Asks Keycloak once a login; without an answer the record is shown as it was, if there is one."""
    row = None
    if call.kind == "user":
        row = _record(call)
        if row is None or row.profile_at is None or (call.auth_time or 0) > row.profile_at.timestamp():
            row = _log_in(call) or row
        if row is not None and row.status is not UserStatus.ACTIVE:
            raise access_state.UserDisabled("Ask an administrator of the tenant.")
    return Me(
        tenant=call.tenant.id,
        subject=call.actor,
        kind=call.kind,
        roles=sorted(call.roles),
        permissions=permissions.of_roles(call.roles),
        warehouses=None if call.scope_ids is None else sorted(call.scope_ids),
        user=None if row is None else service.view(row),
    )


@use_case(events.LOGGED_IN)
def logged_in(work: Work, person: keycloak.Person, roles: Sequence[Role]) -> tables.User | None:
    """Makes the person's record, or brings it up to date. An invitation becomes the record of whoever has proved to own
    its address. Of a member whom nobody invited here, `roles` are those in Keycloak; without one there is no record.

    UserDisabled for who is shut out.
    """
    row = _known(work, tables.SUBJECT_KIND, person.id)
    if row is None:
        return _first(work, person, roles)
    access_state.require_open(work, person.id)
    _profile(work, row, person)
    row.profile_at = work.now
    return work.save(row)


def _first(work: Work, person: keycloak.Person, roles: Sequence[Role]) -> tables.User | None:
    row = _invited(work, person)
    if row is None and not roles:
        return None
    found = row or tables.User(
        partition=work.tenant.key(), id=work.new_id("usr"), sync=SyncState.DONE, roles=list(roles)
    )
    found.subject, found.status = person.id, UserStatus.ACTIVE
    if row is not None:
        service.want_sync(work, found)
        found.is_mail_pending = None
    _profile(work, found, person)
    found.profile_at = work.now
    work.claim(tables.SUBJECT_KIND, person.id, found.id, "/subject")
    if row is None:
        access_state.require_open(work, person.id)
        return work.create(found)
    service.write_access_state(work, found, unless_blocked=True)
    return work.save(found)


def _record(call: Call) -> tables.User | None:
    owner = uniques.owners(call.tenant, tables.SUBJECT_KIND, [call.actor]).get(call.actor)
    return None if owner is None else store.get(tables.User, call.tenant.key(), owner)


def _log_in(call: Call) -> tables.User | None:
    """None when the account cannot be read now, is no member any more, or has no part here. Unauthorized or Forbidden
    when the caller has been shut out a moment ago."""
    access_state.check(call.tenant, call.actor, call.sid, call.issued_at, fresh=True)
    try:
        person = keycloak.member(call, call.actor)
        if person is None:
            return None
        roles = [Role(name) for name in sorted(keycloak.groups_of(call, person.id) & NAMES)]
    except (admin_api.Unavailable, admin_api.Refused) as error:
        log.logger().warning("an account could not be read", reason=str(error))
        return None
    try:
        return commit(call, logged_in, person, roles)
    except AlreadyExists:  # the same person's other request was faster
        return _record(call)


def _known(work: Work, kind: str, value: str) -> tables.User | None:
    owner = work.owners(kind, [value]).get(value)
    return None if owner is None else service.find(work, owner)


def _invited(work: Work, person: keycloak.Person) -> tables.User | None:
    """The open invitation to an address that the person has proved to own."""
    if person.email is None or not person.is_verified:
        return None
    row = _known(work, tables.EMAIL_KIND, tables.email_token(work.tenant, person.email))
    if row is None or row.subject is not None:
        return None
    # A token stands for an address in all its spellings; Keycloak knows fewer of them as one.
    return row if keycloak.is_same_address(row.email, person.email) else None


def _profile(work: Work, row: tables.User, person: keycloak.Person) -> None:
    """Takes over names and address as the account has them; not the names while an administrator's are on their way
    there. An address that another user of the tenant has, or that is not proved, is left out."""
    if row.sync is SyncState.DONE or row.profile_at is None:
        row.given_name = person.given_name or row.given_name
        row.family_name = person.family_name or row.family_name
    email = person.email if person.is_verified else None
    if email == row.email:
        return
    if row.email is not None:
        work.release(tables.EMAIL_KIND, tables.email_token(work.tenant, row.email), row.id)
    row.email = None
    if email is not None:
        token = tables.email_token(work.tenant, email)
        if work.owners(tables.EMAIL_KIND, [token]).get(token, row.id) == row.id:
            work.claim(tables.EMAIL_KIND, token, row.id, "/email")
            row.email = email
