"""Keycloak follows: a job that makes an account's memberships as the user is here.

It looks at what is, and changes what differs, so it may run again, late and twice: whoever finds at the end that the
user has changed meanwhile begins anew. An outage only makes it wait. **An account belongs to the realm, not to a
tenant**: membership and groups are the tenant's; the account itself (enabled, name, existence) is touched only while no
other organization has it; the address is never changed.
"""

from collections.abc import Mapping

from chalicelib.identity import admin_api, keycloak, keycloak_retry
from chalicelib.identity.users import service, tables
from chalicelib.identity.users.schemas import SyncState, UserStatus
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
    if row is None or row.sync is not SyncState.PENDING:
        return Step(done=True)
    step = keycloak_retry.attempt(job, lambda: _follow(call, row))
    if step.error is not None:
        commit(call, service.sync_refused, row.id, job.id)
    return step


def _follow(call: Call, row: tables.User) -> Step:
    has_left = False
    if row.subject is None:
        _before_first_login(call, row)
    elif row.status is UserStatus.REMOVED:
        _remove(call, row.subject)
    else:
        person = keycloak.member(call, row.subject)
        groups = keycloak.role_groups(call)  # which also proves that the organization itself answers
        has_left = person is None
        if person is not None:
            _groups(call, row, person.id, groups)
            _account(call, row, person)
    is_current = commit(call, service.synced, row.id, row.version, has_left=has_left)
    return Step(done=is_current, progress=int(is_current))


def _before_first_login(call: Call, row: tables.User) -> None:
    """Who has not logged in yet: one way in while the user is invited, none afterwards. No role before the arrival: a
    limit to warehouses is in force first. Whether the way is a new account or the invitation of one that exists is told
    to the owner of the address alone; both take the same entry in the disclosure log."""
    made = keycloak.account_of(call, row.id)
    if row.status is UserStatus.INVITED:
        if row.is_mail_pending:
            _write(call, row, made)
        return
    if made is not None:
        _remove(call, made.id)
    token = tables.email_token(call.tenant, row.email or "")
    if uniques.owners(call.tenant, tables.EMAIL_KIND, [token]).get(token, row.id) == row.id:
        # Else the address was invited once more meanwhile.
        for each in _invited(call, row):
            keycloak.withdraw(call, each.id)
        for person in keycloak.members(call):
            if keycloak.is_same_address(person.email, row.email) and not _has_record(call, person.id):
                _remove(call, person.id)


def _write(call: Call, row: tables.User, made: keycloak.Person | None) -> None:
    told = keycloak.tell(call, row.id, email=row.email, firstName=row.given_name, lastName=row.family_name)
    sub = made.id if made is not None else keycloak.create_account(call, row.id, told)
    if sub is not None:
        keycloak.add_member(call, sub)
        keycloak.send_welcome(call, sub)
        return
    for each in _invited(call, row):
        keycloak.withdraw(call, each.id)
    keycloak.invite(call, told)


def _invited(call: Call, row: tables.User) -> list[keycloak.Invitation]:
    return [each for each in keycloak.invitations(call) if keycloak.is_same_address(each.email, row.email)]


def _has_record(call: Call, sub: str) -> bool:
    return sub in uniques.owners(call.tenant, tables.SUBJECT_KIND, [sub])


def _remove(call: Call, sub: str) -> None:
    """The membership first, and only then a look at who else has the account. Refused where Keycloak would delete an
    account that others have: its membership stays, without a role, and the block here with it."""
    person = keycloak.member(call, sub)
    holders = keycloak.organizations_of(call, sub)
    if person is not None and person.is_managed and holders not in (None, {call.tenant.id}):
        groups = keycloak.role_groups(call)
        for name in keycloak.groups_of(call, sub) & groups.keys():
            keycloak.leave(call, groups[name], sub)
        raise admin_api.Refused(409)
    keycloak.end_membership(call, sub)
    if keycloak.organizations_of(call, sub) == set():
        keycloak.delete_account(call, sub)


def _groups(call: Call, row: tables.User, sub: str, ours: Mapping[str, str]) -> None:
    """A disabled user is in no group: should the block here ever fail, the tokens hold nothing."""
    requested = set(row.roles) if row.status is UserStatus.ACTIVE else set()
    held = keycloak.groups_of(call, sub) & ours.keys()
    for name in sorted(held - requested):
        keycloak.leave(call, ours[name], sub)
    for name in sorted(requested - held):
        if name not in ours:
            raise admin_api.Refused(404)  # the organization was made by hand, and without this role
        keycloak.join(call, ours[name], sub)


def _account(call: Call, row: tables.User, person: keycloak.Person) -> None:
    """The account itself, while no other organization has it. One that others have too must be open: whoever disabled
    it before shuts the person out by the block, and by taking the roles away."""
    is_shared = keycloak.organizations_of(call, person.id) != {call.tenant.id}
    is_active = row.status is UserStatus.ACTIVE
    if is_shared:
        if is_active and not person.is_enabled:
            keycloak.change_account(call, person.id, enabled=True)
        return
    if not is_active:
        # First: an account that is disabled already would not be looked at again after a crash.
        keycloak.end_sessions(call, person.id)
    names = {"firstName": row.given_name, "lastName": row.family_name}
    held = {"firstName": person.given_name, "lastName": person.family_name}
    changed = {name: value for name, value in names.items() if value is not None and value != held[name]}
    if changed or person.is_enabled is not is_active:
        told = keycloak.tell(call, row.id, **changed) if changed else None
        keycloak.change_account(call, person.id, told, enabled=is_active)
