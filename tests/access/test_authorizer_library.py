"""PyJWT, and what is asked beyond it: each reads what the other mints, and what only PyJWT would believe is refused."""

from collections.abc import Callable
from contextlib import suppress

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.access.encoding import MalformedError, decode_base64url
from chalicelib.access.expected import Expected, TokenRefusedError
from chalicelib.access.tokens import verified_claims
from tests.access.forge import DROP, Issuer, signed
from tests.access.forgeries.registry import now
from tests.access.minting import b64, json_bytes

REALM = Issuer("https://id.example/realms/novex")
EXPECTED = Expected(REALM.issuer, REALM.audience)


def key_for(kid: str) -> rsa.RSAPublicKey | None:
    return REALM.private_key.public_key() if kid == REALM.kid else None


def test_a_token_minted_by_a_library_is_read() -> None:
    token = jwt.encode(REALM.claims(), REALM.private_key, algorithm="RS256", headers={"kid": REALM.kid})
    assert verified_claims(token, key_for, EXPECTED) == REALM.claims()


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
        verified_claims(text, key_for, EXPECTED)
    except TokenRefusedError:
        return
    raise AssertionError("believed")


@given(st.data())
def test_a_good_token_with_one_character_changed_is_refused(data: st.DataObject) -> None:
    token = REALM.token()
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(max_codepoint=255).filter(lambda letter: letter != token[at]))
    try:
        verified_claims(token[:at] + other + token[at + 1 :], key_for, EXPECTED)
    except TokenRefusedError:
        return
    raise AssertionError("believed")


LAX: dict[str, Callable[[], str]] = {
    "a name that occurs twice": lambda: signed(REALM, json_bytes(REALM.claims())[:-1] + b',"sub":"somebody-else"}'),
    "an infinite number": lambda: signed(REALM, json_bytes(REALM.claims())[:-1] + b',"x":1e400}'),
    "a byte order mark": lambda: signed(REALM, b"\xef\xbb\xbf" + json_bytes(REALM.claims())),
    "a time in text": lambda: REALM.token(REALM.claims(exp=str(now() + 60))),
    "a time with a fraction": lambda: REALM.token(REALM.claims(exp=now() + 60.5)),
    "a header field that it ignores": lambda: REALM.token(jku="https://evil.example/keys"),
    "another type of token": lambda: REALM.token(typ="logout+jwt"),
    "padding": lambda: REALM.token() + "==",
}
"""What PyJWT alone would believe. A case that it refuses by now can go, and with it our own check."""


@pytest.mark.parametrize("name", LAX)
def test_what_the_library_alone_would_believe_is_refused(name: str) -> None:
    token, key = LAX[name](), REALM.private_key.public_key()
    assert jwt.decode(token, key, algorithms=["RS256"], audience=REALM.audience, issuer=REALM.issuer)
    with pytest.raises(TokenRefusedError):
        verified_claims(token, key_for, EXPECTED)


def test_a_claim_that_is_required_beyond_the_usual_must_be_there() -> None:
    with pytest.raises(TokenRefusedError, match="jti_malformed"):
        verified_claims(REALM.token(REALM.claims(jti=DROP)), key_for, EXPECTED._replace(required=("jti",)))
