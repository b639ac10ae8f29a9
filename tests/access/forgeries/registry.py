"""Where the forgeries are gathered, and the short forms in which most of them are written."""

import hmac
from collections.abc import Callable
from typing import Any

from chalicelib.kernel import clock
from tests.access.minting import Signer, edited, signed

Maker = Callable[[Any], str]
CASES: dict[str, Maker] = {}
HEADERS: dict[str, Maker] = {}


def case(name: str) -> Callable[[Maker], Maker]:
    def add(make: Maker) -> Maker:
        CASES[name] = make
        return make

    return add


def claim(name: str, **changes: object) -> None:
    """A case that only changes claims; a function as value is given the signer."""

    def make(by: Signer) -> str:
        asked = {key: value(by) if callable(value) else value for key, value in changes.items()}
        return signed(by, edited(by.claims(), asked))

    CASES[name] = make


def fields(name: str, **header: object) -> None:
    """A case that only changes the header of a token that the realm has signed."""

    def make(by: Signer) -> str:
        asked = {key: value(by) if callable(value) else value for key, value in header.items()}
        return signed(by, by.claims(), **asked)

    CASES[name] = make


def hmac_with(digest: str, secret: bytes) -> Callable[[bytes], bytes]:
    return lambda data: hmac.new(secret, data, digest).digest()


def now() -> int:
    return int(clock.now().timestamp())
