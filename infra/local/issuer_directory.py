"""The directory of the local issuer: accounts, organizations with a group for each role, invitations.

With a data folder it survives a restart. There are no passwords and no mails: every process on the machine can log in
as any user, and accept any invitation, on the login page.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from infra.local import realm
from infra.local.private_files import write_private

INVITATION_SECONDS = 12 * 3600


@dataclass
class Account:
    """A user account of the realm. The user name is the e-mail address, unless the product created the account."""

    sub: str
    email: str
    given_name: str = ""
    family_name: str = ""
    is_enabled: bool = True
    is_verified: bool = True
    username: str = ""

    def __post_init__(self) -> None:
        self.username = self.username or self.email.lower()


@dataclass
class Invitation:
    id: str
    email: str
    expires: float = 0.0

    @property
    def status(self) -> str:
        return "PENDING" if self.expires > time.time() else "EXPIRED"


@dataclass
class Organization:
    """An organization. groups: group name to its realm roles. members: account to its groups."""

    id: str
    name: str
    alias: str
    is_enabled: bool = True
    groups: dict[str, list[str]] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    invitations: dict[str, Invitation] = field(default_factory=dict)

    def group_id(self, name: str) -> str:
        return realm.stable_id("group", self.id, name)

    def claim(self, sub: str) -> dict[str, Any]:
        """The organization claim of the account's tokens."""
        groups = sorted(self.members[sub])
        roles = sorted({role for group in groups for role in self.groups[group]})
        access = {"realm_access": {"roles": roles}} if roles else {}
        return {self.alias: {"id": self.id, "groups": [f"/{group}" for group in groups], **access}}


class Directory:
    """The accounts and organizations. Thread-safe if every change is made inside `changing`."""

    def __init__(self, data: Path | None = None) -> None:
        self._path = data / "directory.json" if data is not None else None
        self.lock = threading.RLock()
        self.accounts: dict[str, Account] = {}
        self.organizations: dict[str, Organization] = {}
        self.realm_roles = {*realm.USER_ROLES, realm.MACHINE_ROLE}
        # The recipients of invitations, because no mails are sent.
        self.written_to: list[str] = []
        if self._path is not None and self._path.exists():
            self._load(json.loads(self._path.read_text()))
        else:
            self._demo()

    def save(self) -> None:
        """Saves the directory, if there is a data folder."""
        if self._path is not None:
            saved = {
                "accounts": [asdict(account) for account in self.accounts.values()],
                "organizations": [asdict(organization) for organization in self.organizations.values()],
            }
            write_private(self._path, json.dumps(saved).encode())

    def by_email(self, email: str) -> Account | None:
        return next((each for each in self.accounts.values() if each.email.casefold() == email.casefold()), None)

    def organizations_of(self, sub: str) -> list[Organization]:
        return [each for each in self.organizations.values() if sub in each.members]

    def accept(self, organization: Organization, email: str) -> Account:
        """Accepts an invitation, like the link in the mail: verifies the address and makes the account a member.
        KeyError when there is neither a pending invitation nor an account that was created by the product, and when the
        account is disabled."""
        with self.lock:
            account = self.by_email(email)
            found = [each for each in organization.invitations.values() if each.email.casefold() == email.casefold()]
            waits = account is not None and account.sub in organization.members and not account.is_verified
            if (
                account is None
                or not account.is_enabled
                or not (waits or any(each.status == "PENDING" for each in found))
            ):
                raise KeyError(email)
            for each in found:
                del organization.invitations[each.id]
            organization.members.setdefault(account.sub, [])
            account.is_verified = True
            self.save()
            return account

    def waiting(self, organization: Organization) -> list[str]:
        """The addresses of users who can accept an invitation."""
        invited = [each.email for each in organization.invitations.values() if each.status == "PENDING"]
        members = [self.accounts[sub] for sub in organization.members if sub in self.accounts]
        return [*invited, *(each.email for each in members if not each.is_verified)]

    def remove_account(self, sub: str) -> None:
        self.accounts.pop(sub, None)
        for organization in self.organizations.values():
            organization.members.pop(sub, None)

    def found(self, alias: str, identifier: str = "") -> Organization:
        """Creates an organization with a group for every role; an alias that is an id is also used as the id."""
        groups = {role: [role] for role in (*realm.USER_ROLES, realm.MACHINE_ROLE)}
        made = Organization(identifier or alias, alias.title(), alias, groups=groups)
        self.organizations[made.id] = made
        return made

    def _demo(self) -> None:
        for alias, identifier in realm.ORGANIZATIONS.items():
            self.found(alias, identifier)
        for user in realm.USERS.values():
            self.accounts[user.sub] = Account(user.sub, user.username, user.role.title(), user.tenant.title())
            self.organizations[realm.ORGANIZATIONS[user.tenant]].members[user.sub] = [user.role]

    def _load(self, saved: dict[str, Any]) -> None:
        self.accounts = {entry["sub"]: Account(**entry) for entry in saved["accounts"]}
        for entry in saved["organizations"]:
            invitations = {key: Invitation(**each) for key, each in entry.pop("invitations").items()}
            self.organizations[entry["id"]] = Organization(**entry, invitations=invitations)
