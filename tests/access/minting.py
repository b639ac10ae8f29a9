"""Tokens as the realm mints them: an issuer that signs whatever it is told to, and the parts of a token."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from chalicelib.kernel import clock

Claims = dict[str, Any]
DROP = object()
"""As a claim's or a header field's value: leave it out."""


class Signer(Protocol):
    """What a forger may know, and the one thing he may not: the private key, for tokens that only lie."""

    private_key: rsa.RSAPrivateKey
    kid: str
    issuer: str
    audience: str

    def claims(self) -> Claims:
        """The claims of a good user's token."""


@cache
def rsa_key(name: str = "realm", bits: int = 2048) -> rsa.RSAPrivateKey:
    """The same key for the same name, because making one takes a tenth of a second."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@dataclass
class Issuer:
    """A realm that signs whatever it is told to."""

    issuer: str
    kid: str = "realm-key-1"
    audience: str = "novex-api"
    client: str = "novex-web"
    tenant: str = "6f2c1a57-3a0c-4bb0-9d50-5a7be1f0a001"
    private_key: rsa.RSAPrivateKey = field(default_factory=rsa_key)

    def claims(self, **changes: object) -> Claims:
        """A user with the role `sales`, logged in a minute ago; `changes` replace claims, DROP removes one."""
        now = int(clock.now().timestamp())
        good = {
            "exp": now + 300,
            "iat": now,
            "auth_time": now - 60,
            "jti": "onrtac:3a4e1b9f-0000-4000-8000-000000000001",
            "iss": self.issuer,
            "aud": self.audience,
            "sub": "b1f3b2f4-58a7-4f8e-9a51-3f8e5c7d1c11",
            "typ": "Bearer",
            "azp": self.client,
            "sid": "f0d0a4c1-7d1c-4d8e-8a53-1d9c2a3b4c5d",
            "acr": "1",
            "realm_access": {"roles": ["default-roles-novex"]},
            "scope": "openid organization",
            "organization": {"acme": organization(self.tenant, "sales")},
            "preferred_username": "sam",
        }
        return edited(good, changes)

    def service_claims(self, client: str = "novex-machine-sync", **changes: object) -> Claims:
        """The service account of a machine client, with the role `automation`."""
        machine = {
            "azp": client,
            "client_id": client,
            "preferred_username": f"service-account-{client}",
            "organization": {"acme": organization(self.tenant, "automation")},
            "auth_time": DROP,
            "sid": DROP,
        }
        return self.claims(**{**machine, **changes})

    def token(self, claims: Claims | None = None, **header: object) -> str:
        """A token signed by the realm's key; `header` changes its header."""
        return signed(self, self.claims() if claims is None else claims, **header)

    def jwk(self) -> dict[str, str]:
        """The public key as Keycloak publishes it."""
        return jwk(self.private_key, self.kid)

    def jwks(self, *more: dict[str, str]) -> dict[str, list[dict[str, str]]]:
        """The key set of the realm: the signing key, an encryption key as Keycloak has one, and `more`."""
        encryption = jwk(rsa_key("encryption"), "realm-enc-1", use="enc", alg="RSA-OAEP")
        return {"keys": [encryption, self.jwk(), *more]}


def organization(tenant: str, *roles: str) -> dict[str, Any]:
    """One entry of the organization claim, with the roles of the caller's groups."""
    return {"id": tenant, "groups": [f"/{role}" for role in roles], "realm_access": {"roles": list(roles)}}


def edited(good: Claims, changes: dict[str, object]) -> Claims:
    return {name: value for name, value in {**good, **changes}.items() if value is not DROP}


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def json_bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode()


def uint(number: int) -> str:
    return b64(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def jwk(key: rsa.RSAPrivateKey, kid: str, **changes: str) -> dict[str, str]:
    numbers = key.public_key().public_numbers()
    return {
        "kty": "RSA",
        "use": "sig",
        "alg": "RS256",
        "kid": kid,
        "n": uint(numbers.n),
        "e": uint(numbers.e),
        **changes,
    }


def assembled(header: object, claims: object, sign: Callable[[bytes], bytes]) -> str:
    """A compact JWS; `header` and `claims` may be bytes, to be taken as they are."""
    start = f"{b64(json_bytes(header))}.{b64(json_bytes(claims))}"
    return f"{start}.{b64(sign(start.encode()))}"


def signed(by: Signer, claims: object, **header: object) -> str:
    """Signed by the realm's own key as RS256, whatever the header says."""
    fields = edited({"alg": "RS256", "typ": "JWT", "kid": by.kid}, header)
    return assembled(fields, claims, pkcs1(by.private_key))


def pkcs1(key: rsa.RSAPrivateKey, digest: hashes.HashAlgorithm | None = None) -> Callable[[bytes], bytes]:
    return lambda data: key.sign(data, padding.PKCS1v15(), digest or hashes.SHA256())
