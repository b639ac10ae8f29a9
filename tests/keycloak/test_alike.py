"""The Keycloak-shaped issuer of `make run` and the real server: the door treats their tokens the same."""

from collections.abc import Iterator
from typing import Any

import jwt
import pytest

from infra.local.issuer import Issuer
from tests.keycloak.realm import Realm, claims_of, context_of

ONLY_ISSUER = {
    "user": {"realm_access", "preferred_username"},
    "service": {"realm_access", "acr"},
}
"""Claims that the real realm leaves out. All are harmless: `realm_access` holds roles of the realm, which the door must
ignore; a person's `preferred_username` is read only to refuse service accounts; nobody reads a machine's `acr`."""
VARIES = {"iss", "sub", "sid", "jti", "exp", "iat", "auth_time", "scope", "organization", "preferred_username"}
"""Claims whose values differ from token to token; all others are equal."""


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with Issuer() as started:
        yield started


def both(realm: Realm, issuer: Issuer, kind: str) -> tuple[str, str]:
    """A token of the real server and one of the issuer, of the same kind of caller."""
    if kind == "service":
        return realm.machine_token("acme"), issuer.token("acme", ("automation",), kind="service")
    return realm.token(acme="sales"), issuer.token("acme", ("sales",))


def shape(value: Any) -> Any:
    """The structure of a claim without its values; names of tenants are values."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in sorted(value.items())}
    return [shape(each) for each in value] if isinstance(value, list) else type(value).__name__


@pytest.mark.parametrize("kind", ["user", "service"])
def test_the_door_says_the_same_of_both(
    realm: Realm, issuer: Issuer, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, minted = both(realm, issuer, kind)
    of_real = context_of(real)
    monkeypatch.setenv("NOVEX_TOKEN_ISSUER", issuer.issuer)
    of_minted = context_of(minted)
    assert list(of_real) == list(of_minted)
    assert all(type(value) is str for value in (*of_real.values(), *of_minted.values()))
    same = ("azp", "kind", "roles")
    assert {name: of_real[name] for name in same} == {name: of_minted[name] for name in same}
    assert {name for name, value in of_real.items() if value} == {name for name, value in of_minted.items() if value}
    lives = [int(context["exp"]) - int(context["iat"]) for context in (of_real, of_minted)]
    assert lives == [300, 300]


@pytest.mark.parametrize("kind", ["user", "service"])
def test_both_make_the_same_claims(realm: Realm, issuer: Issuer, kind: str) -> None:
    real, minted = (claims_of(token) for token in both(realm, issuer, kind))
    assert real.keys() <= minted.keys()
    assert minted.keys() - real.keys() == ONLY_ISSUER[kind]
    for name in real.keys() & minted.keys():
        assert shape(real[name]) == shape(minted[name]), name
        assert name in VARIES or real[name] == minted[name], name


@pytest.mark.parametrize("kind", ["user", "service"])
def test_both_write_the_same_header(realm: Realm, issuer: Issuer, kind: str) -> None:
    real, minted = (jwt.get_unverified_header(token) for token in both(realm, issuer, kind))
    assert {**real, "kid": ""} == {**minted, "kid": ""}
