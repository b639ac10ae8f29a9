"""The job that brings Keycloak up to date with a user: membership, groups and account.

It compares and changes only what differs, so it may run again, late and twice; when the user has changed meanwhile it
begins again. An outage only makes it wait. **An account belongs to the realm, not to a tenant**: membership and groups
are the tenant's; the account itself (enabled, name, existence) is changed only while no other organization has it, and
no other tenant has invited its address (invited.py); the address is never changed.
"""

from collections.abc import Mapping

from chalicelib.identity import admin_api, keycloak, keycloak_retry
from chalicelib.identity.users import invited, service, tables
from chalicelib.identity.users.schemas import UserStatus, UserSyncState
from chalicelib.jobs.registry import handler
from chalicelib.jobs.schemas import Job, Step
from chalicelib.kernel import uniques
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.use_case import commit

BUSY_SECONDS = 2.0
"""The pause when another tenant's job is about the same address."""


@handler(service.SYNC_JOB)
def sync(call: Call, job: Job) -> Step:
    """Makes one attempt; the user's `sync` shows the outcome."""
    row = store.get(tables.User, call.tenant.key(), job.entity_id)
    if row is None or row.sync is not UserSyncState.PENDING:
        return Step(done=True)
    try:
        step = keycloak_retry.attempt(job, lambda: _synchronise(call, row))
    except invited.Busy:
        return Step(done=False, wait_seconds=BUSY_SECONDS)
    if step.error is not None:
        commit(call, service.sync_refused, row.id, job.id)
    return step


def _synchronise(call: Call, row: tables.User) -> Step:
    has_left = False
    if row.subject is None:
        _synchronise_invitation(call, row)
    elif row.status is UserStatus.REMOVED:
        _end_membership(call, row, row.subject)
    else:
        person = keycloak.member(call, row.subject)
        groups = keycloak.role_groups(call)  # which also proves that the organization itself answers
        has_left = person is None
        if person is not None:
            _synchronise_groups(call, row, person.id, groups)
            _synchronise_account(call, row, person)
            if row.status is UserStatus.ACTIVE and row.email is not None and invited.is_noted(row.email):
                _decide_on_unused(call, row, row.email)
    is_current = commit(call, service.synced, row.id, row.version, has_left=has_left)
    return Step(done=is_current, progress=int(is_current))


def _synchronise_invitation(call: Call, row: tables.User) -> None:
    """For a user who has not logged in yet: sends the mail that is due, or takes back what an invitation has made.

    Nobody gets a role before the first login, so that a limit to warehouses is in force first.
    """
    made = keycloak.account_of(call, row.id)
    if row.status is UserStatus.INVITED:
        if row.is_mail_pending:
            _send_invitation(call, row, made)
        return
    if made is not None:
        _end_membership(call, row, made.id)
    token = tables.email_token(call.tenant, row.email or "")
    if uniques.owners(call.tenant, tables.EMAIL_KIND, [token]).get(token, row.id) == row.id:
        # Otherwise the address has been invited again meanwhile, and what Keycloak has belongs to that invitation.
        for each in _pending_invitations(call, row):
            keycloak.withdraw(call, each.id)
        for person in keycloak.members(call):
            if keycloak.is_same_address(person.email, row.email) and not _has_record(call, person.id):
                _end_membership(call, row, person.id)
    if row.email is not None:
        _decide_on_unused(call, row, row.email)  # those that other tenants have left to the last invitation


def _send_invitation(call: Call, row: tables.User, made: keycloak.Person | None) -> None:
    """Sends a welcome to a new account, or an invitation to the account that the address has. Both look the same to the
    tenant, in the disclosure log too: only the owner of the address may know which it was. An account that another
    tenant has disabled is opened, or the invitation could not be accepted. Busy."""
    for disabled in invited.reopened(call.tenant, row):
        keycloak.change_account(call, disabled, enabled=True)
    personal = keycloak.disclose(call, row.id, email=row.email, firstName=row.given_name, lastName=row.family_name)
    sub = made.id if made is not None else keycloak.create_account(call, row.id, personal)
    if sub is not None:
        keycloak.add_member(call, sub)
        keycloak.send_welcome(call, sub)
        return
    for each in _pending_invitations(call, row):
        keycloak.withdraw(call, each.id)
    keycloak.invite(call, personal)


def _pending_invitations(call: Call, row: tables.User) -> list[keycloak.Invitation]:
    return [each for each in keycloak.invitations(call) if keycloak.is_same_address(each.email, row.email)]


def _has_record(call: Call, sub: str) -> bool:
    return sub in uniques.owners(call.tenant, tables.SUBJECT_KIND, [sub])


def _end_membership(call: Call, row: tables.User, sub: str) -> None:
    """Ends the membership, and then deletes the account if no other organization has it and no other tenant has invited
    it. Refused where Keycloak would delete an account that others have or have invited: then the membership stays,
    without a role, and the person stays blocked here."""
    account = keycloak.account(call, sub)
    person = keycloak.member(call, sub)
    email = row.email if account is None else account.email
    if person is not None and person.is_managed and _is_shared(call, person):
        groups = keycloak.role_groups(call)
        for name in keycloak.groups_of(call, sub) & groups.keys():
            keycloak.leave(call, groups[name], sub)
        raise admin_api.Refused(409)
    keycloak.end_membership(call, sub)
    if email is not None:
        _decide_on_unused(call, row, email, sub)
    elif keycloak.organizations_of(call, sub) == set():
        keycloak.delete_account(call, sub)


def _decide_on_unused(call: Call, row: tables.User, email: str, *unused: str) -> None:
    """Deletes the accounts at the address that nobody uses: those given, and those that other tenants have left while
    it was invited. While it is invited, the end of the last invitation decides. Busy."""
    accounts = invited.begin(call.tenant, row, email, unused)
    if accounts is None:
        return
    decided = set()
    for sub in accounts:
        holders = keycloak.organizations_of(call, sub)
        if holders == set():
            keycloak.delete_account(call, sub)
        if not holders or (account := keycloak.account(call, sub)) is None or account.is_enabled:
            decided.add(sub)
    invited.end(email, decided)


def _is_shared(call: Call, person: keycloak.Person) -> bool:
    """Whether another tenant has the account, or has invited it."""
    if keycloak.organizations_of(call, person.id) != {call.tenant.id}:
        return True
    return person.email is not None and invited.is_invited(person.email)


def _synchronise_groups(call: Call, row: tables.User, sub: str, ours: Mapping[str, str]) -> None:
    """Puts the member into the groups of the user's roles, and out of the others. A disabled user is in no group:
    should the block here ever fail, the tokens hold no role. Refused when the organization lacks the group of a
    role."""
    requested = set(row.roles) if row.status is UserStatus.ACTIVE else set()
    held = keycloak.groups_of(call, sub) & ours.keys()
    for name in sorted(held - requested):
        keycloak.leave(call, ours[name], sub)
    for name in sorted(requested - held):
        if name not in ours:
            raise admin_api.Refused(404)  # the organization was made by hand, and without this role
        keycloak.join(call, ours[name], sub)


def _synchronise_account(call: Call, row: tables.User, person: keycloak.Person) -> None:
    """Brings the account itself up to date, while no other organization has it and no other tenant has invited it. A
    shared account is enabled for an active user: another tenant that disabled it before shuts the person out by its
    block and by taking the roles. Busy."""
    is_active = row.status is UserStatus.ACTIVE
    if _is_shared(call, person):
        if is_active and not person.is_enabled:
            keycloak.change_account(call, person.id, enabled=True)
        return
    if is_active or person.email is None:
        _change_account(call, row, person)
    elif invited.begin(call.tenant, row, person.email, [person.id]) is not None:
        _change_account(call, row, person)
        invited.end(person.email, ())


def _change_account(call: Call, row: tables.User, person: keycloak.Person) -> None:
    """Brings an account that only this tenant has up to date with the user's status and names."""
    is_active = row.status is UserStatus.ACTIVE
    if not is_active:
        # Before disabling: after a crash in between, an account that is disabled already would not be looked at again.
        keycloak.end_sessions(call, person.id)
    names = {"firstName": row.given_name, "lastName": row.family_name}
    held = {"firstName": person.given_name, "lastName": person.family_name}
    changed = {name: value for name, value in names.items() if value is not None and value != held[name]}
    if changed or person.is_enabled is not is_active:
        personal = keycloak.disclose(call, row.id, **changed) if changed else None
        keycloak.change_account(call, person.id, personal, enabled=is_active)
