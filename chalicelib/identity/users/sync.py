"""Keycloak follows: a job that makes an account's memberships as the user is here.

It looks at what is, and changes what differs, so it may run again, late and twice. An outage only makes it wait. **An
account belongs to the realm, not to a tenant**: membership and groups are the tenant's; the account itself (enabled,
name, existence) is touched only while no other organization has it; the address is never changed.
"""

from chalicelib.identity import admin_api, following, keycloak
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
    has_left = False
    if row.subject is None:
        _welcome(call, row, is_again=is_again)
    elif row.status is Status.REMOVED:
        _remove(call, row.subject)
    else:
        person = keycloak.member(call, row.subject)
        has_left = person is None
        if person is not None:
            _groups(call, row, row.subject)
            _account(call, row, person)
    is_current = commit(call, service.synced, row.id, row.version, has_left=has_left)
    return Step(done=is_current, progress=int(is_current))


def _welcome(call: Call, row: tables.User, *, is_again: bool) -> None:
    """Who has not arrived yet: one way in while the user is invited, none afterwards. Whether that is a new account
    with a welcome, or the invitation of one that exists, is told to the owner of the address alone."""
    token = tables.email_token(call.tenant, row.email or "")
    if uniques.owners(call.tenant, tables.EMAIL_KIND, [token]).get(token, row.id) != row.id:
        return  # removed, and the address was invited once more
    email = (row.email or "").casefold()
    waiting = next((each for each in keycloak.members(call) if (each.email or "").casefold() == email), None)
    invited = [each for each in keycloak.invitations(call) if each.email.casefold() == email]
    if row.status is not Status.INVITED:
        for each in invited:
            keycloak.withdraw(call, each.id)
        if waiting is not None:
            _remove(call, waiting.id)
    elif waiting is not None:
        _member(call, row, waiting.id, is_written_to=is_again or (row.mailed_at is None and not waiting.is_verified))
    elif is_again or not any(each.status == "PENDING" for each in invited):
        for each in invited:
            keycloak.withdraw(call, each.id)
        _first(call, row)


def _first(call: Call, row: tables.User) -> None:
    told = _told(email=row.email, firstName=row.given_name, lastName=row.family_name)
    made = keycloak.create_account(call, row.id, told)
    if made is None:
        keycloak.invite(call, row.id, told)
    else:
        keycloak.add_member(call, made)
        _member(call, row, made, is_written_to=True)


def _member(call: Call, row: tables.User, sub: str, *, is_written_to: bool) -> None:
    _groups(call, row, sub)
    if is_written_to:
        keycloak.send_welcome(call, sub)


def _remove(call: Call, sub: str) -> None:
    """The membership first, and only then a look at who else has the account. Refused where Keycloak would delete an
    account that others have: its membership stays, without a role, and the block here with it."""
    person = keycloak.member(call, sub)
    if person is not None and person.is_managed and keycloak.organizations_of(call, sub) != {call.tenant.id}:
        for name in keycloak.groups_of(call, sub) & (groups := keycloak.role_groups(call)).keys():
            keycloak.leave(call, groups[name], sub)
        raise admin_api.Refused(409)
    keycloak.end_membership(call, sub)
    if not keycloak.organizations_of(call, sub):
        keycloak.delete_account(call, sub)


def _groups(call: Call, row: tables.User, sub: str) -> None:
    """A disabled user is in no group: should the block here ever fail, the tokens hold nothing."""
    wanted = set() if row.status is Status.DISABLED else set(row.roles)
    ours = keycloak.role_groups(call)
    held = keycloak.groups_of(call, sub) & ours.keys()
    for name in sorted(held - wanted):
        keycloak.leave(call, ours[name], sub)
    for name in sorted(wanted - held):
        if name not in ours:
            raise admin_api.Refused(404)  # the organization was made by hand, and without this role
        keycloak.join(call, ours[name], sub)


def _account(call: Call, row: tables.User, person: keycloak.Person) -> None:
    """The account itself, while no other organization has it."""
    if keycloak.organizations_of(call, person.id) != {call.tenant.id}:
        return
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
