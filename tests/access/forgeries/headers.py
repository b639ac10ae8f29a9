"""Key ids that name nothing, and header fields that want to be believed."""

import base64

from tests.access.forgeries.registry import CASES, case, fields
from tests.access.minting import DROP, Signer, assembled, b64, json_bytes, jwk, pkcs1, rsa_key, signed

# --- Keys -----------------------------------------------------------------------------------------------------------


@case("key/unknown key id")
def _(by: Signer) -> str:
    header = {"alg": "RS256", "typ": "JWT", "kid": "nobodys-key"}
    return assembled(header, by.claims(), pkcs1(rsa_key("attacker")))


fields("key/key id of another realm", kid="other-realm-key")
fields("key/key id of the encryption key", kid="realm-enc-1")
fields("key/key id missing", kid=DROP)
fields("key/key id empty", kid="")
fields("key/key id null", kid=None)
fields("key/key id is a number", kid=1)
fields("key/key id is a list", kid=lambda by: [by.kid])
fields("key/key id is an object", kid=lambda by: {"kid": by.kid})
fields("key/key id huge", kid="k" * 4000)
fields("key/key id in other case", kid=lambda by: by.kid.swapcase())
fields("key/key id with a null byte", kid=lambda by: by.kid + "\0")
fields("key/key id traverses paths", kid="../../../../dev/null")
fields("key/key id is a URL", kid="http://127.0.0.1:9/jwks.json")
fields("key/key id injects SQL", kid="x' UNION SELECT 'key' --")
fields("key/key id injects a command", kid="|/bin/true")

# --- Header fields --------------------------------------------------------------------------------------------------

_ATTACKER_URL = "http://127.0.0.1:9/attacker.json"


def _by_attacker(name: str, **header: object) -> None:
    """Signed by the attacker, with a header that leads to the attacker's key."""

    def make(by: Signer) -> str:
        fields = {"alg": "RS256", "typ": "JWT", "kid": by.kid, **header}
        return assembled(fields, by.claims(), pkcs1(rsa_key("attacker")))

    CASES[name] = make


_CERTIFICATE = [base64.b64encode(b"not even a certificate").decode()]
_by_attacker("header/embedded jwk", jwk=jwk(rsa_key("attacker"), "attacker"))
_by_attacker("header/jku to the attacker", jku=_ATTACKER_URL)
_by_attacker("header/x5u to the attacker", x5u=_ATTACKER_URL)
_by_attacker("header/x5c of the attacker", x5c=_CERTIFICATE)
fields("header/embedded jwk on a good signature", jwk=jwk(rsa_key("attacker"), "attacker"))
fields("header/jku on a good signature", jku=_ATTACKER_URL)
fields("header/x5u on a good signature", x5u=_ATTACKER_URL)
fields("header/x5c on a good signature", x5c=_CERTIFICATE)
fields("header/crit names an unknown extension", crit=["exp"], exp=1)
fields("header/crit empty", crit=[])
fields("header/b64 false", b64=False, crit=["b64"])
fields("header/b64 false without crit", b64=False)
fields("header/b64 true", b64=True)
fields("header/b64 true with crit", b64=True, crit=["b64"])
fields("header/b64 null", b64=None)
fields("header/crit a string", crit="exp")
fields("header/crit null", crit=None)
fields("header/crit names alg", crit=["alg"])
fields("header/zip", zip="DEF")
fields("header/cty says nested", cty="JWT")
fields("header/typ missing", typ=DROP)
fields("header/typ null", typ=None)
fields("header/typ in lower case", typ="jwt")
fields("header/typ of a logout token", typ="logout+jwt")
fields("header/typ of a DPoP proof", typ="dpop+jwt")
fields("header/typ of RFC 9068", typ="at+jwt")


@case("header/duplicate alg")
def _(by: Signer) -> str:
    header = f'{{"alg":"none","typ":"JWT","kid":"{by.kid}","alg":"RS256"}}'
    return assembled(header.encode(), by.claims(), pkcs1(by.private_key))


@case("header/duplicate kid, one of them escaped")
def _(by: Signer) -> str:
    header = f'{{"alg":"RS256","typ":"JWT","\\u006bid":"other","kid":"{by.kid}"}}'
    return assembled(header.encode(), by.claims(), pkcs1(by.private_key))


for _name, _raw in {
    "not JSON": b"not json",
    "a list": b'["RS256"]',
    "empty": b"",
    "nested too deep": b"[" * 5000,
    "not UTF-8": b'{"alg":"RS256\xff"}',
}.items():

    @case(f"header/{_name}")
    def _(by: Signer, raw: bytes = _raw) -> str:
        return assembled(raw, by.claims(), pkcs1(by.private_key))


@case("header/detached payload, not encoded")
def _(by: Signer) -> str:
    header = {"alg": "RS256", "typ": "JWT", "kid": by.kid, "b64": False, "crit": ["b64"]}
    start = b64(json_bytes(header))
    return f"{start}..{b64(pkcs1(by.private_key)(start.encode() + b'.' + json_bytes(by.claims())))}"


@case("header/nested JWE")
def _(by: Signer) -> str:
    header = {"alg": "RSA-OAEP", "enc": "A256GCM", "typ": "JWT", "cty": "JWT", "kid": by.kid}
    parts = (json_bytes(header), bytes(256), bytes(12), signed(by, by.claims()).encode(), bytes(16))
    return ".".join(b64(part) for part in parts)


@case("header/nested JWS")
def _(by: Signer) -> str:
    return signed(by, signed(by, by.claims()).encode())
