"""The authorizer as API Gateway calls it: which tokens open the door, which do not, and what is said about them."""

import importlib
import json
import re
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chalicelib.access.jwks import KeysUnavailableError
from chalicelib.kernel import clock
from tests.access import forge
from tests.access.forge import CASES, DROP, HEADERS, Issuer, organization
from tests.access.realm import KeyServer, key_server

HANDLER = "chalicelib.access.authorizer.authorize"
METHOD_ARN = "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod/GET/v1/items/itm_1"

REASONS = {
    "algorithm": {"algorithm_refused", "signature_invalid"},
    "signature": {"signature_invalid"},
    "key": {"key_unknown", "key_id_refused"},
    "header": {"header_field_refused", "header_type_refused", "token_malformed"},
    "time": {"expired", "not_yet_valid", "auth_time_after_iat"}
    | {f"{name}_malformed" for name in ("exp", "iat", "nbf", "auth_time")},
    "issuer": {"issuer_refused"},
    "audience": {"audience_refused"},
    "client": {"client_refused", "azp_malformed"},
    "type": {"type_refused", "holder_proof_missing", "audience_refused", "algorithm_refused"},
    "subject": {"sub_malformed", "sid_malformed", "jti_malformed"},
    "tenant": {f"organization_{what}" for what in ("missing", "malformed", "not_one", "id_refused")},
    "roles": {"roles_malformed"},
    "service": {"service_account_refused"},
    "json": {"token_malformed"},
    "encoding": {"token_malformed", "token_too_long"},
    "scheme": {"scheme_refused", "token_malformed"},
}
"""Why a forgery of each kind may be refused: one that fails for another reason has not tested anything."""


def load(handler: str) -> Callable[[dict[str, Any], object], dict[str, Any]]:
    module, _, name = handler.rpartition(".")
    return getattr(importlib.import_module(module), name)


def call(header: str) -> dict[str, Any]:
    return load(HANDLER)({"type": "TOKEN", "authorizationToken": header, "methodArn": METHOD_ARN}, None)


def context_of(token: str) -> dict[str, str]:
    return call(f"Bearer {token}")["context"]


@pytest.fixture(scope="module")
def server() -> Iterator[KeyServer]:
    with key_server() as running:
        yield running


@pytest.fixture
def realm(server: KeyServer, monkeypatch: pytest.MonkeyPatch) -> Issuer:
    """A realm whose keys the authorizer can fetch, and an authorizer that has been told about it."""
    issuer = Issuer(server.issuer)
    server.publish(issuer.jwks())
    monkeypatch.setenv("NOVEX_TOKEN_ISSUER", issuer.issuer)
    monkeypatch.setenv("NOVEX_TOKEN_AUDIENCE", issuer.audience)
    monkeypatch.setenv("NOVEX_TOKEN_CLIENTS", "novex-web, novex-machine-*")
    return issuer


def refusal(header: str | None, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The one security event of a refused call."""
    capsys.readouterr()
    with pytest.raises(Exception) as refused:
        call(header)
    assert str(refused.value) == "Unauthorized"
    printed = capsys.readouterr()
    assert printed.err == ""
    (line,) = printed.out.splitlines()
    event = json.loads(line)
    assert event.keys() == {"level", "event", "reason", "authorizer_id", "time"}
    return event


@pytest.mark.parametrize("name", [*CASES, *HEADERS])
def test_a_forged_token_is_refused_for_its_forgery_with_one_security_event(
    name: str, realm: Issuer, capsys: pytest.CaptureFixture[str]
) -> None:
    event = refusal(forge.header_value(realm, name), capsys)
    assert event["event"] == "token_refused"
    assert event["reason"] in REASONS[forge.kind_of(name)]


def test_the_corpus_is_large_and_has_all_kinds() -> None:
    assert len({*CASES, *HEADERS}) >= 405
    assert {forge.kind_of(name) for name in [*CASES, *HEADERS]} == REASONS.keys()
    assert forge.one_of_each_kind().keys() == REASONS.keys() - {"scheme"}


def test_no_forged_token_makes_the_authorizer_call_anyone_but_the_realm(
    realm: Issuer, server: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = []
    connect = socket.socket.connect
    monkeypatch.setattr(socket.socket, "connect", lambda self, to: called.append(to) or connect(self, to))
    for name in CASES:
        with pytest.raises(Exception, match=r"\AUnauthorized\Z"):
            call(forge.header_value(realm, name))
    assert set(called) <= {("127.0.0.1", server.server_port)}


@pytest.mark.parametrize("what", ["missing", "empty", "null", "is a number", "is a list", "is an object", "huge"])
def test_a_key_id_that_is_none_is_not_even_looked_up(
    what: str, realm: Issuer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refusal(forge.header_value(realm, f"key/key id {what}"), capsys)["reason"] == "key_id_refused"


def test_nothing_of_a_token_reaches_the_log(realm: Issuer, capsys: pytest.CaptureFixture[str]) -> None:
    claims = realm.claims(sub="canary-subject", azp="canary-client", preferred_username="canary-name", exp=1)
    token = realm.token(claims)
    event = refusal(f"Bearer {token}", capsys)
    assert re.fullmatch("[a-z_]+", event["reason"])
    assert "canary" not in json.dumps(event)
    assert not any(part in json.dumps(event) for part in token.split("."))


def test_a_missing_authorization_value_is_refused(realm: Issuer, capsys: pytest.CaptureFixture[str]) -> None:
    assert refusal(None, capsys)["reason"] == "scheme_refused"


def test_a_good_token_opens_the_whole_api_once_for_all_paths(realm: Issuer) -> None:
    answer = call(f"Bearer {realm.token()}")
    (statement,) = answer["policyDocument"]["Statement"]
    assert statement["Effect"] == "Allow"
    assert statement["Action"] == "execute-api:Invoke"
    assert statement["Resource"] == ["arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod/*/*"]
    assert answer["principalId"] == realm.claims()["sub"]


def test_the_context_is_flat_strings_that_say_who_is_calling(realm: Issuer) -> None:
    claims = realm.claims()
    context = context_of(realm.token(claims))
    assert context == {
        "tenant": realm.tenant,
        "sub": claims["sub"],
        "sid": claims["sid"],
        "azp": "novex-web",
        "kind": "user",
        "iat": str(claims["iat"]),
        "exp": str(claims["exp"]),
        "auth_time": str(claims["auth_time"]),
        "roles": "sales",
    }
    assert all(type(value) is str for value in context.values())


@pytest.mark.parametrize("audience", ["novex-api", ["novex-api"], ["account", "novex-api"]], ids=str)
def test_the_audience_may_be_a_string_or_a_list(realm: Issuer, audience: object) -> None:
    assert context_of(realm.token(realm.claims(aud=audience)))["kind"] == "user"


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": -29},
        {"nbf": 30},
        {"iat": 30},
        {"nbf": 0},
        {"iat": 30, "auth_time": 30},
    ],
    ids=str,
)
def test_clocks_may_differ_by_half_a_minute(realm: Issuer, changes: dict[str, int]) -> None:
    now = int(clock.now().timestamp())
    claims = realm.claims(**{name: now + seconds for name, seconds in changes.items()})
    assert context_of(realm.token(claims))["sub"] == claims["sub"]


def test_a_user_without_a_login_time_has_an_empty_one(realm: Issuer) -> None:
    assert context_of(realm.token(realm.claims(auth_time=DROP)))["auth_time"] == ""


def test_a_lightweight_token_without_a_user_name_is_a_users(realm: Issuer) -> None:
    assert context_of(realm.token(realm.claims(preferred_username=DROP)))["kind"] == "user"


@pytest.mark.parametrize(
    ("entry", "roles"),
    [
        (organization("t-1", "sales", "warehouse"), "sales warehouse"),
        (organization("t-1", "warehouse", "sales", "sales"), "sales warehouse"),
        (organization("t-1", "sales", "root", "offline_access", "Admin", "admin ", "sales admin"), "sales"),
        (organization("t-1", "root"), ""),
        (organization("t-1"), ""),
        ({"id": "t-1", "realm_access": {}}, ""),
        ({"id": "t-1"}, ""),
    ],
    ids=["two", "sorted and once", "unknown names are dropped", "only unknown", "empty", "no list", "no groups"],
)
def test_roles_are_the_known_ones_of_the_organization(realm: Issuer, entry: dict[str, Any], roles: str) -> None:
    context = context_of(realm.token(realm.claims(organization={"acme": entry})))
    assert context["roles"] == roles
    assert context["tenant"] == "t-1"


def test_roles_of_the_realm_or_of_a_client_give_nothing(realm: Issuer) -> None:
    claims = realm.claims(
        realm_access={"roles": ["admin"]},
        resource_access={"novex-api": {"roles": ["admin"]}, "novex-web": {"roles": ["admin"]}},
        roles=["admin"],
        groups=["/admin"],
        organization={"acme": {"id": "t-1", "groups": ["/admin"], "roles": ["admin"]}},
    )
    assert context_of(realm.token(claims))["roles"] == ""


def test_the_tenant_is_the_id_and_not_the_alias(realm: Issuer) -> None:
    claims = realm.claims(organization={"_platform": organization("t-1", "sales")})
    assert context_of(realm.token(claims))["tenant"] == "t-1"


def test_a_service_account_is_a_service(realm: Issuer) -> None:
    context = context_of(realm.token(realm.service_claims()))
    assert (context["kind"], context["azp"]) == ("service", "novex-machine-sync")
    assert (context["sid"], context["auth_time"], context["roles"]) == ("", "", "automation")


def test_a_service_account_is_never_an_admin(realm: Issuer) -> None:
    claims = realm.service_claims(organization={"acme": organization("t-1", "admin", "warehouse")})
    assert context_of(realm.token(claims))["roles"] == "warehouse"


def test_a_session_of_a_service_account_is_passed_on(realm: Issuer) -> None:
    assert context_of(realm.token(realm.service_claims(sid="s-1")))["sid"] == "s-1"


@pytest.mark.parametrize("sid", [None, "", 1])
def test_a_broken_session_of_a_service_account_is_refused(
    realm: Issuer, sid: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refusal(f"Bearer {realm.token(realm.service_claims(sid=sid))}", capsys)["reason"] == "sid_malformed"


@pytest.mark.parametrize("clients", ["novex-web", "novex-web-two,novex-w*b", "novex-web*x"])
def test_only_a_star_at_the_end_of_an_entry_stands_for_more(
    realm: Issuer, clients: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NOVEX_TOKEN_CLIENTS", clients)
    token = realm.token(realm.claims(azp="novex-web-x"))
    assert refusal(f"Bearer {token}", capsys)["reason"] == "client_refused"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NOVEX_TOKEN_ISSUER", ""),
        ("NOVEX_TOKEN_AUDIENCE", ""),
        ("NOVEX_TOKEN_CLIENTS", " , "),
        ("NOVEX_TOKEN_CLIENTS", "novex-web,*"),
    ],
)
def test_a_function_without_its_rules_gives_no_verdict(
    realm: Issuer, name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match="NOVEX_TOKEN"):
        call(f"Bearer {realm.token()}")


@pytest.mark.parametrize("issuer", ["http://keycloak.example/realms/novex", "file:///etc/passwd", "ftp://127.0.0.1/x"])
def test_keys_are_not_fetched_over_an_open_network(
    realm: Issuer, issuer: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NOVEX_TOKEN_ISSUER", issuer)
    with pytest.raises(KeysUnavailableError):
        call(f"Bearer {realm.token(realm.claims(iss=issuer))}")
    assert json.loads(capsys.readouterr().out)["event"] == "signing_keys_unavailable"
