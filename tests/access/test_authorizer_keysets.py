"""Which keys of a published set may verify a token."""

import pytest

from chalicelib.access.jwks import signing_keys
from tests.access.forge import Issuer
from tests.access.minting import json_bytes, jwk, rsa_key, uint

OLD = jwk(rsa_key("old"), "old")
NEW = jwk(rsa_key("new"), "new")


def test_the_keys_of_a_realm_are_its_signing_keys() -> None:
    issuer = Issuer("https://id.example/realms/novex")
    assert signing_keys(json_bytes(issuer.jwks())).keys() == {"realm-key-1"}


@pytest.mark.parametrize(
    "broken",
    [
        {**OLD, "use": "enc"},
        {name: value for name, value in OLD.items() if name != "use"},
        {**OLD, "kty": "EC"},
        {**OLD, "kty": "oct", "k": "AAAA"},
        {**OLD, "alg": "RS512"},
        {**OLD, "alg": "HS256"},
        {name: value for name, value in OLD.items() if name != "alg"},
        {**OLD, "kid": ""},
        {**OLD, "kid": ["old"]},
        {name: value for name, value in OLD.items() if name != "kid"},
        {**OLD, "n": "not base64!"},
        {**OLD, "n": 5},
        {name: value for name, value in OLD.items() if name != "n"},
        {**OLD, "e": uint(2)},
        {**OLD, "e": "AA"},
        jwk(rsa_key("weak", 1024), "old"),
        {**OLD, "n": uint(2**9000 + 1)},
        "old",
        None,
    ],
    ids=lambda key: None,
)
def test_a_key_that_is_not_a_sound_signing_key_is_left_out(broken: object) -> None:
    assert signing_keys(json_bytes({"keys": [broken, NEW]})).keys() == {"new"}


def test_two_keys_under_one_id_are_both_left_out() -> None:
    assert signing_keys(json_bytes({"keys": [OLD, {**NEW, "kid": "old"}, NEW]})).keys() == {"new"}
