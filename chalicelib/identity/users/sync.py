"""Keycloak follows: a job that makes an account's memberships as the user is here.

It looks at what is, and changes what differs, so it may run again, late and twice. An outage only makes it wait. **An
account belongs to the realm, not to a tenant**: membership and groups are the tenant's; the account itself (enabled,
name, existence) is touched only while no other organization has it; the address is never changed.
"""

from chalicelib.identity import following, keycloak
from chalicelib.identity.users import service, tables
from chalicelib.identity.users.schemas import Status, Sync
from chalicelib.jobs.registry import handler
from chalicelib.jobs.schemas import Job, Step
from chalicelib.kernel import uniques
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.use_case import commit


@handler(service.SYNC_JOB, must_finish=True)
def sync(call: Call, job: Job) -> Step:
    """One attempt; the user shows how it stands."""
    row = store.get(tables.User, call.tenant.key(), job.entity_id)
    if row is None or row.sync is not Sync.PENDING:
        return Step(done=True)
    step = following.attempt(job, lambda: _follow(call, row, is_again=bool(job.args.get("again"))))
    if step.error is not None:
        commit(call, service.sync_refused, row.id, row.version)
    return step


def _follow(call: Call, row: tables.User, *, is_again: bool) -> Step:
    has_left = not _is_followed(call, row, is_again=is_again)
    is_current = commit(call, service.synced, row.id, row.version, has_left=has_left)
    return Step(done=is_current, progress=int(is_current))


def _is_followed(call: Call, row: tables.User, *, is_again: bool) -> bool:
    """False when there is nobody to follow: the membership was ended in Keycloak itself."""
    if row.subject is None:
        _invitation(call, row, is_again=is_again)
        return True
    if row.status is Status.REMOVED:
        _remove(call, row.subject)
        return True
    person = keycloak.member(call, row.subject)
    if person is None:
        return False
    _groups(call, row, row.subject)
    if keycloak.organizations_of(call, row.subject) == {call.tenant.id}:
        _account(call, row, person)
    return True


def _invitation(call: Call, row: tables.User, *, is_again: bool) -> None:
    """One pending invitation while the user is invited, none afterwards, unless the address was invited once more."""
    token = tables.email_token(call.tenant, row.email or "")
    if uniques.owners(call.tenant, tables.EMAIL_KIND, [token]).get(token, row.id) != row.id:
        return
    ours = [each for each in keycloak.invitations(call) if each.email.casefold() == (row.email or "").casefold()]
    pending = [each for each in ours if each.status == "PENDING"]
    if row.status is Status.INVITED and pending and not is_again:
        return
    for each in ours:
        keycloak.withdraw(call, each.id)
    if row.status is Status.INVITED:
        keycloak.invite(call, row.id, _told(email=row.email, firstName=row.given_name, lastName=row.family_name))


def _remove(call: Call, sub: str) -> None:
    """The membership first, and only then a look at who else has the account."""
    keycloak.end_membership(call, sub)
    if not keycloak.organizations_of(call, sub):
        keycloak.delete_account(call, sub)


def _groups(call: Call, row: tables.User, sub: str) -> None:
    """A disabled user is in no group: should the block here ever fail, the tokens hold nothing."""
    wanted = set(row.roles) if row.status is Status.ACTIVE else set()
    ours = keycloak.role_groups(call)
    held = keycloak.groups_of(call, sub) & ours.keys()
    for name in sorted(held - wanted):
        keycloak.leave(call, ours[name], sub)
    for name in sorted(wanted - held):
        if name not in ours:
            raise keycloak.Refused(404)  # the organization was made by hand, and without this role
        keycloak.join(call, ours[name], sub)


def _account(call: Call, row: tables.User, person: keycloak.Person) -> None:
    is_enabled = row.status is Status.ACTIVE
    names = _told(firstName=row.given_name, lastName=row.family_name)
    differs = {"firstName": person.given_name, "lastName": person.family_name}
    told = {name: value for name, value in names.items() if differs[name] != value}
    if told or person.is_enabled is not is_enabled:
        keycloak.change_account(call, person.id, row.id, told, enabled=is_enabled)
    if person.is_enabled and not is_enabled:
        keycloak.end_sessions(call, person.id)


def _told(**fields: str | None) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value is not None}
