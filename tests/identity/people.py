"""Tenants that the operator has made, and people who log in to them, with the issuer's directory behind."""

import time
import uuid
from dataclasses import dataclass
from typing import Any

from infra.local.invoke import Function
from infra.local.issuer_directory import Account, Organization
from tests.contract.asking import payload
from tests.world import Client, World

MANAGE = Function("chalicelib.functions.tenants.manage_tenants")


def manage(action: str, **event: Any) -> Any:
    """What the operator's Lambda answers."""
    return MANAGE({"action": action, **event})


@dataclass
class Firm:
    """A tenant with its organization."""

    world: World
    id: str

    @property
    def organization(self) -> Organization:
        return self.world.issuer.directory.organizations[self.id]

    def accept(self, email: str) -> Account:
        """The person clicks the link in the mail."""
        return self.world.issuer.directory.accept(self.organization, email)

    def login(self, account: Account, **claims: Any) -> Client:
        """A client with a token that says what the directory says now.

        It is made a second from now: times in tokens are whole seconds, and one made in the second of a mark is of
        before it.
        """
        said: dict[str, Any] = {"iat": int(time.time()) + 1}
        said |= {"organization": self.organization.claim(account.sub), "preferred_username": account.email}
        token = self.world.issuer.token("", (), sub=account.sub, lifetime=3600, **{**said, **claims})
        return Client(self.world, self.id, token=token)

    def join(self, admin: Client, email: str, *roles: str) -> tuple[Any, Account]:
        """Invites a person, who accepts and logs in; the user as it is then, and the account."""
        admin.post("/v1/users", {"email": email, "given_name": "Ada", "roles": list(roles)}).ok()
        self.world.settle()
        account = self.accept(email)
        user = self.login(account).post("/v1/me/login").ok()["user"]
        self.world.settle()
        return admin.get(f"/v1/users/{user['id']}").ok(), account


def settled_at_last(admin: Client, user: Any) -> Any:
    """The user when a job that waits for Keycloak has come round again."""
    for _ in range(150):
        admin.world.settle()
        found = admin.get(f"/v1/users/{user['id']}").ok()
        if found["sync"] != "pending":
            return found
        time.sleep(0.2)
    raise TimeoutError("Keycloak was not followed")


def grow_old(client: Client) -> None:
    """Waits until the client's token was made in a second of the past."""
    while time.time() <= payload(client.token)["iat"] + 1:
        time.sleep(0.05)


def address() -> str:
    return f"p{uuid.uuid4().hex[:12]}@example.com"


def founded(world: World) -> tuple[Firm, Client]:
    """A new tenant and its first administrator, logged in."""
    word, email = f"t{uuid.uuid4().hex[:10]}", address()
    answer = manage("create", name=word.title(), alias=word, email=email)
    firm = Firm(world, answer["tenant"]["id"])
    world.settle()
    account = firm.accept(email)
    firm.login(account).post("/v1/me/login").ok()
    world.settle()
    return firm, firm.login(account)
