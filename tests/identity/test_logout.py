"""Back-channel logout: a session that Keycloak ended is over here, and nobody else can end one."""

import base64
import json
import time
import urllib.parse
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.access import access_state, logout
from chalicelib.identity.logout import tables
from chalicelib.kernel.dynamo import client as store_client
from chalicelib.kernel.tenant import Tenant
from tests.contract.asking import payload
from tests.identity import logouts
from tests.world import Client, World

WRONG: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://evil.example/realms/novex"},
    "the issuer with a slash": {"iss": "SLASH"},
    "no issuer": {"iss": None},
    "another client": {"aud": "account"},
    "the API": {"aud": "novex-api"},
    "a list without us": {"aud": ["account", "novex-api"]},
    "no audience": {"aud": None},
    "no events": {"events": None},
    "another event": {"events": {"http://schemas.openid.net/event/other": {}}},
    "an event that is no object": {"events": {logout.EVENT: True}},
    "events that are a list": {"events": [logout.EVENT]},
    "a nonce": {"nonce": "n"},
    "an access token's type": {"typ": "Bearer"},
    "an ID token's type": {"typ": "ID"},
    "no time": {"iat": None},
    "no end": {"exp": None},
    "a time that is text": {"iat": "now"},
    "a time that is a float": {"iat": 1.5},
    "a time that is true": {"iat": True},
    "an end in the past": {"exp": 1},
    "long ago": {"iat": int(time.time()) - 3600},
    "in the future": {"iat": int(time.time()) + 3600},
    "no id": {"jti": None},
    "an id that is a number": {"jti": 7},
    "an empty id": {"jti": ""},
    "nobody": {"sub": None},
    "somebody with a separator": {"sub": "a#b"},
    "somebody without end": {"sub": "x" * 300},
    "a session with a separator": {"sid": "a#b"},
    "a session that is a number": {"sid": 7},
    "an empty session": {"sid": ""},
}


def sub_and_sid(client: Client) -> dict[str, str]:
    claims = payload(client.token)
    return {"sub": claims["sub"], "sid": claims["sid"]}


def session_of(client: Client) -> Client:
    """Another login of the same person."""
    return Client(client.world, client.tenant, client.roles, sub=payload(client.token)["sub"])


def test_a_session_that_has_ended_is_over_and_others_of_the_person_go_on(world: World, acme: Client) -> None:
    other = session_of(acme)
    assert (acme.get("/v1/items").status, other.get("/v1/items").status) == (200, 200)
    reply = logouts.told(world, **sub_and_sid(acme))
    assert (reply.status, reply.body, reply.header("cache-control")) == (204, b"", "no-store")
    access_state.forget()
    acme.get("/v1/items").refused(401, "unauthorized")
    assert other.get("/v1/items").status == 200


def test_it_counts_at_once_on_a_dangerous_operation(world: World, acme: Client) -> None:
    acme.get("/v1/items").ok()
    logouts.told(world, **sub_and_sid(acme)).ok()
    assert acme.post("/v1/users", {}).refused(401, "unauthorized")


def test_without_a_session_all_of_the_person_are_over_in_every_tenant(world: World, acme: Client) -> None:
    sub = payload(acme.token)["sub"]
    elsewhere = Client(world, world.tenant().tenant, ("sales",), sub=sub)
    logouts.told(world, sub=sub, sid=None, iat=int(time.time()) + 20).ok()
    access_state.forget()
    for client in (acme, session_of(acme), elsewhere):
        client.get("/v1/items").refused(401, "unauthorized")
    assert world.tenant().get("/v1/items").status == 200


def test_a_login_after_a_logout_is_let_in(world: World, acme: Client) -> None:
    logouts.told(world, sub=payload(acme.token)["sub"], sid=None).ok()
    access_state.forget()
    time.sleep(1.1)
    assert session_of(acme).get("/v1/items").status == 200


def test_a_token_that_comes_again_changes_nothing(world: World, acme: Client) -> None:
    body = urllib.parse.urlencode({"logout_token": logouts.token(world, **sub_and_sid(acme))}).encode()
    assert logouts.send(world, body).status == 204
    before = marks(acme)
    assert logouts.send(world, body).status == 204
    assert marks(acme) == before


def test_an_older_logout_that_comes_late_does_not_move_the_mark_back(world: World, acme: Client) -> None:
    logouts.told(world, **sub_and_sid(acme)).ok()
    before = marks(acme)
    logouts.told(world, **sub_and_sid(acme), iat=int(time.time()) - 100).ok()
    assert marks(acme) == before


def marks(client: Client) -> list[Any]:
    named = sub_and_sid(client)
    refs = access_state._refs(Tenant(client.tenant), named["sub"], named["sid"])
    found = access_state.store.get_many(refs)
    return [found[ref] for ref in refs]


def written() -> int:
    """How many rows a logout may write there are."""
    names = (tables.LogoutToken.table_name(), access_state.AccessState.table_name())
    return sum(store_client.dynamodb().scan(TableName=name, Select="COUNT")["Count"] for name in names)


def refused(world: World, body: bytes) -> None:
    before = written()
    problem = logouts.send(world, body).refused(400, "logout_token_refused")
    assert "errors" not in problem
    assert written() == before


@pytest.mark.parametrize("name", WRONG)
def test_a_logout_token_that_is_not_right_in_everything_writes_nothing(world: World, name: str) -> None:
    changes = {k: f"{world.issuer.issuer}/" if v == "SLASH" else v for k, v in WRONG[name].items()}
    refused(world, urllib.parse.urlencode({"logout_token": logouts.token(world, **changes)}).encode())


def unsigned(header: dict[str, Any], world: World) -> str:
    parts = [json.dumps(each).encode() for each in (header, logouts.claims(world))]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


FORGED: dict[str, Callable[[World], str]] = {
    "unsigned": lambda world: unsigned({"alg": "none", "typ": "logout+jwt", "kid": world.issuer.keys.kid}, world),
    "without a signature": lambda world: logouts.token(world).rpartition(".")[0] + ".",
    "with another signature": lambda world: logouts.token(world).rpartition(".")[0] + ".AAAA",
    "of an unknown key": lambda world: logouts.token(world, {"kid": str(uuid.uuid4())}),
    "of the header type JWT": lambda world: logouts.token(world, {"typ": "JWT"}),
    "with an embedded key": lambda world: logouts.token(world, {"jwk": {"kty": "RSA"}}),
    "with an address of keys": lambda world: logouts.token(world, {"jku": "https://evil.example/keys"}),
    "an access token": lambda world: world.issuer.token(),
    "an access token that says logout": lambda world: world.issuer.token(headers={"typ": "logout+jwt"}),
    "nothing": lambda world: "",
    "no token": lambda world: "a.b.c",
    "too long": lambda world: logouts.token(world, padding="x" * 9000),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_logout_token_writes_nothing(world: World, name: str) -> None:
    refused(world, urllib.parse.urlencode({"logout_token": FORGED[name](world)}).encode())


@pytest.mark.parametrize(
    "body", [b"", b"logout_token", b"other=1", b"\xff\xfe", b"a=1&" * 20, b'{"logout_token": "x"}']
)
def test_a_form_that_is_none_writes_nothing(world: World, body: bytes) -> None:
    refused(world, body)


def test_two_tokens_in_one_form_are_nobodys_word(world: World) -> None:
    token = logouts.token(world)
    refused(world, urllib.parse.urlencode([("logout_token", token), ("logout_token", token)]).encode())


def test_a_logout_token_is_no_access_token(world: World, acme: Client) -> None:
    client = Client(world, acme.tenant, token=logouts.token(world))
    client.get("/v1/items").refused(401, "unauthorized")


def test_an_outage_of_the_store_is_told_to_keycloak_which_may_say_it_again(
    world: World, acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object) -> None:
        raise access_state.store.Unknown

    monkeypatch.setattr("chalicelib.identity.logout.repository.store.transact", down)
    logouts.told(world, **sub_and_sid(acme)).refused(503, "contention")
