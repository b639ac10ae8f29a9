"""What is known of a caller beyond the token, written as those who may change it do."""

import uuid

from chalicelib.access import access_state
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from tests.contract.asking import payload
from tests.world import Client


def marked(client: Client, of: str, **values: object) -> None:
    """Writes an access state of the client's: of its tenant, user, session or all sessions."""
    claims = payload(client.token)
    refs = access_state._refs(Tenant(client.tenant), claims["sub"], claims["sid"])
    ref = dict(zip(("tenant", "user", "session", "all sessions"), refs, strict=True))[of]
    assert store.write(store.put(access_state.AccessState(partition=ref.hash_key, subject=ref.range_key, **values)))


def limited(client: Client, *scope_ids: str, roles: tuple[str, ...] = ("admin",)) -> Client:
    """A new user of the client's tenant who works in these warehouses only."""
    user = Client(client.world, client.tenant, roles, sub=str(uuid.uuid4()))
    limit(user, *scope_ids)
    return user


def limit(user: Client, *scope_ids: str) -> None:
    """Limits a user from now on."""
    marked(user, "user", scope_ids=sorted(scope_ids))
    access_state.forget()
