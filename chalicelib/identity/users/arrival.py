"""The first login makes the record, or fills in the one that an invitation made; each later login refreshes it."""

from collections.abc import Sequence

from chalicelib.access import permissions
from chalicelib.access.roles import NAMES, Role
from chalicelib.identity import admin_api, keycloak
from chalicelib.identity.users import service, tables
from chalicelib.identity.users.schemas import Me, Status, Sync
from chalicelib.jobs import service as jobs
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
            row = _arrive(call) or row
    return Me(
        tenant=call.tenant.id,
        subject=call.actor,
        kind=call.kind,
        roles=sorted(call.roles),
        permissions=permissions.of_roles(call.roles),
        warehouses=None if call.warehouses is None else sorted(call.warehouses),
        user=None if row is None else service.view(row),
    )


@use_case("user.arrived")
def arrived(work: Work, person: keycloak.Person, roles: Sequence[Role]) -> tables.User:
    """Makes the person's record, or brings it up to date. An invitation becomes the record of whoever has proved to own
    its address; `roles` are those of a member whom nobody invited here."""
    row = _known(work, tables.SUBJECT_KIND, person.id) or _invited(work, person)
    if row is None:
        row = tables.User(partition=work.tenant.key(), id=work.new_id("usr"), status=Status.ACTIVE, sync=Sync.DONE)
        row.subject, row.roles, row.profile_at = person.id, list(roles), work.now
        _profile(work, row, person)
        work.claim(tables.SUBJECT_KIND, person.id, row.id, "/subject")
        return work.create(row)
    if row.subject is None:
        row.subject, row.status, row.sync = person.id, Status.ACTIVE, Sync.PENDING
        row.job_id = jobs.start(work, service.SYNC_JOB, row.id)
        work.claim(tables.SUBJECT_KIND, person.id, row.id, "/subject")
        if row.warehouses is not None:
            service.stand(work, row)
    row.profile_at = work.now
    _profile(work, row, person)
    return work.save(row)


def _record(call: Call) -> tables.User | None:
    owner = uniques.owners(call.tenant, tables.SUBJECT_KIND, [call.actor]).get(call.actor)
    return None if owner is None else store.get(tables.User, call.tenant.key(), owner)


def _arrive(call: Call) -> tables.User | None:
    """None when the account cannot be read now, or is no member any more."""
    try:
        person = keycloak.member(call, call.actor)
        if person is None:
            return None
        roles = [Role(name) for name in sorted(keycloak.groups_of(call, person.id) & NAMES)]
    except (admin_api.Unavailable, admin_api.Refused) as error:
        log.logger().warning("an account could not be read", reason=str(error))
        return None
    try:
        return commit(call, arrived, person, roles)
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
    return row if row is not None and row.subject is None else None


def _profile(work: Work, row: tables.User, person: keycloak.Person) -> None:
    """Takes over names and address as the account has them. An address that another user of the tenant has, or that is
    not proved, is left out."""
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
