"""Algorithms off the list, secrets made of the public key, and signatures of something else."""

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from tests.access.forgeries.registry import case, fields, hmac_with
from tests.access.minting import DROP, Signer, assembled, b64, json_bytes, jwk, pkcs1, rsa_key, signed, uint

# --- Algorithms -----------------------------------------------------------------------------------------------------

for _spelling in ("none", "None", "nOnE", "NONE", ""):

    @case(f"algorithm/unsigned, alg {_spelling or 'empty'}")
    def _(by: Signer, alg: str = _spelling) -> str:
        return assembled({"alg": alg, "typ": "JWT", "kid": by.kid}, by.claims(), lambda _: b"")

    fields(f"algorithm/good signature, alg {_spelling or 'empty'}", alg=_spelling)

fields("algorithm/alg missing", alg=DROP)
for _alg in ("rs256", "Rs256", "rS256", "RS256\n", "RS256\0", "\tRS256", "RS-256", "RS\u0662\u0665\u0666"):
    fields(f"algorithm/alg spelled {_alg!a}", alg=_alg)
fields("algorithm/alg is a number", alg=256)
fields("algorithm/alg is true", alg=True)
fields("algorithm/alg is a list", alg=["RS256"])
fields("algorithm/alg is null", alg=None)
fields("algorithm/alg is an object", alg={"RS256": True})
fields("algorithm/alg with a space behind it", alg="RS256 ")
fields("algorithm/alg with look-alike letters", alg="RS\uff1256")
fields("algorithm/header says PS256, signature is RS256", alg="PS256")
fields("algorithm/header says HS256, signature is RS256", alg="HS256")


def _public_spellings(key: rsa.RSAPrivateKey, kid: str) -> dict[str, bytes]:
    """The public key in every form in which a careless verifier may hold it as an HMAC secret."""
    public, forms = key.public_key(), serialization.PublicFormat
    pem = public.public_bytes(serialization.Encoding.PEM, forms.SubjectPublicKeyInfo)
    return {
        "PEM": pem,
        "PEM without the last newline": pem.rstrip(),
        "PKCS1 PEM": public.public_bytes(serialization.Encoding.PEM, forms.PKCS1),
        "DER": public.public_bytes(serialization.Encoding.DER, forms.SubjectPublicKeyInfo),
        "JWK": json_bytes(jwk(key, kid)),
        "modulus": uint(public.public_numbers().n).encode(),
        "empty": b"",
    }


for _form in ("PEM", "PEM without the last newline", "PKCS1 PEM", "DER", "JWK", "modulus", "empty"):
    for _alg in ("HS256", "RS256"):

        @case(f"algorithm/HMAC keyed with the public key as {_form}, alg {_alg}")
        def _(by: Signer, form: str = _form, alg: str = _alg) -> str:
            secret = _public_spellings(by.private_key, by.kid)[form]
            return assembled({"alg": alg, "typ": "JWT", "kid": by.kid}, by.claims(), hmac_with("sha256", secret))


for _alg, _digest in (("RS384", hashes.SHA384()), ("RS512", hashes.SHA512())):
    for _said in (_alg, "RS256"):

        @case(f"algorithm/{_alg} signature, alg {_said}")
        def _(by: Signer, digest: hashes.HashAlgorithm = _digest, alg: str = _said) -> str:
            return assembled({"alg": alg, "typ": "JWT", "kid": by.kid}, by.claims(), pkcs1(by.private_key, digest))


for _said in ("PS256", "RS256"):

    @case(f"algorithm/PS256 signature, alg {_said}")
    def _(by: Signer, alg: str = _said) -> str:
        pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
        header = {"alg": alg, "typ": "JWT", "kid": by.kid}
        return assembled(header, by.claims(), lambda data: by.private_key.sign(data, pss, hashes.SHA256()))


@case("algorithm/ES256")
def _(by: Signer) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    header = {"alg": "ES256", "typ": "JWT", "kid": by.kid}
    return assembled(header, by.claims(), lambda data: key.sign(data, ec.ECDSA(hashes.SHA256())))


@case("algorithm/ES256 with an all-zero signature")
def _(by: Signer) -> str:
    return assembled({"alg": "ES256", "typ": "JWT", "kid": by.kid}, by.claims(), lambda _: bytes(64))


@case("algorithm/EdDSA")
def _(by: Signer) -> str:
    key = ed25519.Ed25519PrivateKey.generate()
    return assembled({"alg": "EdDSA", "typ": "JWT", "kid": by.kid}, by.claims(), key.sign)


# --- Signatures -----------------------------------------------------------------------------------------------------


@case("signature/by an unknown key under the realm's key id")
def _(by: Signer) -> str:
    return assembled({"alg": "RS256", "typ": "JWT", "kid": by.kid}, by.claims(), pkcs1(rsa_key("attacker")))


@case("key/the realm's encryption key")
def _(by: Signer) -> str:
    header = {"alg": "RS256", "typ": "JWT", "kid": "realm-enc-1"}
    return assembled(header, by.claims(), pkcs1(rsa_key("encryption")))


@case("signature/by the realm's encryption key under the signing key's id")
def _(by: Signer) -> str:
    return assembled({"alg": "RS256", "typ": "JWT", "kid": by.kid}, by.claims(), pkcs1(rsa_key("encryption")))


@case("signature/missing")
def _(by: Signer) -> str:
    return signed(by, by.claims()).rpartition(".")[0] + "."


@case("signature/detached payload")
def _(by: Signer) -> str:
    head, _, signature = signed(by, by.claims()).split(".")
    return f"{head}..{signature}"


@case("signature/of another token")
def _(by: Signer) -> str:
    start, _, _ = signed(by, by.claims()).rpartition(".")
    return f"{start}.{signed(by, {**by.claims(), 'jti': 'another'}).rpartition('.')[2]}"


@case("signature/one bit flipped")
def _(by: Signer) -> str:
    def sign(data: bytes) -> bytes:
        good = pkcs1(by.private_key)(data)
        return good[:-1] + bytes([good[-1] ^ 1])

    return assembled({"alg": "RS256", "typ": "JWT", "kid": by.kid}, by.claims(), sign)


@case("signature/claims edited after signing")
def _(by: Signer) -> str:
    head, _, signature = signed(by, by.claims()).split(".")
    return f"{head}.{b64(json_bytes({**by.claims(), 'sub': 'somebody-else'}))}.{signature}"


@case("signature/only zeros")
def _(by: Signer) -> str:
    return assembled({"alg": "RS256", "typ": "JWT", "kid": by.kid}, by.claims(), lambda _: bytes(256))


@case("signature/a zero byte in front")
def _(by: Signer) -> str:
    good = pkcs1(by.private_key)
    return assembled({"alg": "RS256", "typ": "JWT", "kid": by.kid}, by.claims(), lambda data: b"\0" + good(data))
