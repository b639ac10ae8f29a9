"""Every way to forge a token: the matrix that the authorizer, and one of a kind every route, must refuse.

`CASES` maps `kind/what is wrong` to a maker of the token; `HEADERS` does so for whole Authorization headers. A maker
takes anything with the attributes of `Signer`, so the suite's own `Issuer` and the local runtime's both will do:
the private key, its key id, the issuer, the audience, and `claims()`, the claims of a good user's token.
"""

import hashlib
from typing import Any

from tests.access.forgeries import claims, headers, signatures, spelling
from tests.access.forgeries.registry import CASES, HEADERS, Maker
from tests.access.minting import DROP, Issuer, Signer, organization, signed

__all__ = [
    "CASES",
    "DROP",
    "HEADERS",
    "SOURCES",
    "Issuer",
    "Maker",
    "Signer",
    "acting_as",
    "can_be_sent",
    "fingerprint",
    "header_value",
    "kind_of",
    "one_of_each_kind",
    "organization",
    "signed",
]

SOURCES = (signatures, headers, claims, spelling)
"""Importing them is what fills CASES and HEADERS."""


def kind_of(name: str) -> str:
    """The kind of forgery that a case is of, which its name begins with."""
    return name.partition("/")[0]


def one_of_each_kind() -> dict[str, Maker]:
    """The first case of every kind, for tests that go over all routes."""
    kinds: dict[str, Maker] = {}
    for name, make in CASES.items():
        kinds.setdefault(kind_of(name), make)
    return kinds


def header_value(by: Signer, name: str) -> str:
    """The whole Authorization header of a case of CASES or HEADERS."""
    return HEADERS[name](by) if name in HEADERS else f"Bearer {CASES[name](by)}"


def can_be_sent(header: str) -> bool:
    """Whether an HTTP client would send this header as it is: no control characters, ASCII, not over 8 KB."""
    return header.isascii() and header.isprintable() and header == header.strip() and len(header) <= 8 * 1024


def acting_as(local: Any) -> Issuer:
    """A forger who holds the active key of the local runtime's issuer (`infra.local.issuer.Issuer`)."""
    return Issuer(local.issuer, kid=local.keys.kid, private_key=local.keys.private_key)


def fingerprint(token: str) -> str:
    """A short name of a token for messages of failed tests, which must not show one either."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()[:12]
