"""The authorizer against another implementation: what PyJWT mints is read here, and what is minted here PyJWT reads."""

from contextlib import suppress

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.access.encoding import MalformedError, decode_base64url
from chalicelib.access.tokens import TokenRefusedError, verified_claims
from tests.access.forge import Issuer
from tests.access.minting import b64

REALM = Issuer("https://id.example/realms/novex")


def key_for(kid: str) -> rsa.RSAPublicKey | None:
    return REALM.private_key.public_key() if kid == REALM.kid else None


def test_a_token_minted_by_a_library_is_read() -> None:
    token = jwt.encode(REALM.claims(), REALM.private_key, algorithm="RS256", headers={"kid": REALM.kid})
    assert verified_claims(token, key_for) == REALM.claims()


def test_our_own_tokens_are_real_tokens() -> None:
    public = REALM.private_key.public_key()
    assert jwt.decode(REALM.token(), public, algorithms=["RS256"], audience="novex-api")["sid"] == REALM.claims()["sid"]


@given(st.binary(max_size=300))
def test_any_bytes_have_one_spelling(data: bytes) -> None:
    assert decode_base64url(b64(data)) == data


@given(st.text(max_size=40))
def test_any_text_is_either_the_spelling_of_its_bytes_or_refused(text: str) -> None:
    with suppress(MalformedError):
        assert b64(decode_base64url(text)) == text


@given(st.text(max_size=200) | st.from_regex(r"[\w-]{0,40}\.[\w-]{0,40}\.[\w-]{0,40}"))
def test_any_text_that_the_realm_has_not_signed_is_refused(text: str) -> None:
    try:
        verified_claims(text, key_for)
    except TokenRefusedError:
        return
    raise AssertionError("believed")


@given(st.data())
def test_a_good_token_with_one_character_changed_is_refused(data: st.DataObject) -> None:
    token = REALM.token()
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(max_codepoint=255).filter(lambda letter: letter != token[at]))
    try:
        verified_claims(token[:at] + other + token[at + 1 :], key_for)
    except TokenRefusedError:
        return
    raise AssertionError("believed")
