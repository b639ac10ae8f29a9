"""The realm's signing keys: fetched with urllib and cached, and cached for longer while Keycloak is down.

Their age is measured with the wall clock, see kernel/clock.py.
"""

import http.client
import json
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

from chalicelib.access.encoding import MalformedError, decode_base64url, parse_object
from chalicelib.kernel import clock, urls

FRESH_SECONDS = 300
KEEP_SECONDS = 24 * 3600
COOLDOWN_SECONDS = 30
COLD_RETRY_SECONDS = 2
"""A function without any keys cannot serve requests, so it retries sooner."""
TIMEOUT_SECONDS = 3
DOCUMENT_BYTES_MAX = 256 * 1024
KEY_BITS = range(2048, 8193)


class KeysUnavailableError(Exception):
    """The keys cannot be fetched, so tokens can be neither accepted nor refused; the gateway responds with 500."""


class _KeySet(NamedTuple):
    keys: Mapping[str, RSAPublicKey]
    fetched: float


class KeyCache:
    """The cached keys of the JWK set at `url`. Thread-safe; at most one fetch at a time.

    - A set is fresh for 300 s, then the next lookup fetches it again; keys that were removed from it are not used.
    - If the fetch fails, the last set is used for at most 24 h, and the fetch is repeated every 30 s.
    - A key id that is missing from a fresh set forces a fetch (the realm may have rotated its keys), at most once in
      30 s for all key ids.
    """

    def __init__(self, url: str, fetch: Callable[[str], bytes] | None = None) -> None:
        self._url = url
        self._fetch = fetch or fetch_document
        self._lock = threading.Lock()
        self._set: _KeySet | None = None
        self._fetches = 0
        self._attempted: float | None = None
        self._forced: float | None = None
        self._failed = False

    def key(self, kid: str) -> RSAPublicKey | None:
        """The signing key `kid`, or None if the realm does not have it.

        Raises KeysUnavailableError when this is unknown: there is no usable set, or the last fetch failed.
        """
        held = self._set
        if held is not None and kid in held.keys and _within(held.fetched, FRESH_SECONDS):
            return held.keys[kid]
        seen = self._fetches
        with self._lock:
            # A thread that waited here while another thread fetched uses the result and does not fetch again.
            if self._fetches == seen and self._may_fetch(kid):
                self._refresh(kid)
            return self._current_key(kid)

    def _may_fetch(self, kid: str) -> bool:
        if self._set is None:
            return not _within(self._attempted, COLD_RETRY_SECONDS)
        if not _within(self._set.fetched, FRESH_SECONDS):
            return not _within(self._attempted, COOLDOWN_SECONDS)
        return kid not in self._set.keys and not _within(self._forced, COOLDOWN_SECONDS)

    def _refresh(self, kid: str) -> None:
        now = clock.wall()
        forced = self._set is not None and _within(self._set.fetched, FRESH_SECONDS)
        self._attempted = now
        try:
            self._set = _KeySet(signing_keys(self._fetch(self._url)), now)
            self._failed = False
        except KeysUnavailableError as error:
            self._failed = True
            _report(error)
        self._fetches += 1
        # Also when the set was due for a fetch: many requests with invented key ids must not cause a second one.
        if forced or self._set is None or kid not in self._set.keys:
            self._forced = now

    def _current_key(self, kid: str) -> RSAPublicKey | None:
        if self._set is None or not _within(self._set.fetched, KEEP_SECONDS):
            raise KeysUnavailableError("no key set")
        key = self._set.keys.get(kid)
        if key is None and self._failed:
            raise KeysUnavailableError("the newest key set could not be had")
        return key


def signing_keys(document: bytes) -> dict[str, RSAPublicKey]:
    """The RS256 signing keys of a JWK set (RFC 7517) by key id. Ignores other kinds of keys and invalid keys.

    Ignores keys with the same id. Raises KeysUnavailableError if `document` is not a JWK set.
    """
    try:
        listed = parse_object(document).get("keys")
    except MalformedError as error:
        raise KeysUnavailableError("the key set is malformed") from error
    if not isinstance(listed, list):
        raise KeysUnavailableError("the key set is malformed")
    usable = [jwk for jwk in listed if isinstance(jwk, dict) and _is_signing_key(jwk)]
    names = [jwk["kid"] for jwk in usable]
    keys = {jwk["kid"]: _public_key(jwk) for jwk in usable if names.count(jwk["kid"]) == 1}
    return {kid: key for kid, key in keys.items() if key is not None}


def _is_signing_key(jwk: dict[str, Any]) -> bool:
    kid = jwk.get("kid")
    is_rs256_signature = (jwk.get("kty"), jwk.get("use"), jwk.get("alg")) == ("RSA", "sig", "RS256")
    return is_rs256_signature and isinstance(kid, str) and kid != ""


def _public_key(jwk: dict[str, Any]) -> RSAPublicKey | None:
    try:
        modulus, exponent = (int.from_bytes(decode_base64url(jwk[name]), "big") for name in ("n", "e"))
        return RSAPublicNumbers(exponent, modulus).public_key() if modulus.bit_length() in KEY_BITS else None
    except (KeyError, TypeError, ValueError):
        return None


def fetch_document(url: str) -> bytes:
    """Fetches `url`: https, or http on loopback; without proxy and redirects, within 3 s, at most 256 KB.

    Raises KeysUnavailableError for every failure.
    """
    if not urls.is_protected(url):
        raise KeysUnavailableError("the issuer is neither a plain https address nor on loopback")
    # Only these handlers: the default opener also follows redirects, uses the environment's proxies, and opens file:.
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
    ):
        opener.add_handler(handler)
    request = urllib.request.Request(url, headers={"Accept": "application/json"})  # noqa: S310 - checked above
    try:
        with opener.open(request, timeout=TIMEOUT_SECONDS) as response:
            return _read(response, clock.monotonic() + TIMEOUT_SECONDS)
    except urllib.error.HTTPError as error:
        error.close()
        raise KeysUnavailableError(f"status {error.code}") from None
    except (OSError, http.client.HTTPException) as error:
        raise KeysUnavailableError(type(error).__name__) from error


def _read(response: http.client.HTTPResponse, deadline: float) -> bytes:
    """The body. The socket's timeout applies to each read only; the deadline stops a server that sends slowly."""
    body = b""
    while chunk := response.read1(DOCUMENT_BYTES_MAX):
        body += chunk
        if len(body) > DOCUMENT_BYTES_MAX:
            raise KeysUnavailableError("the key set is too large")
        if clock.monotonic() > deadline:
            raise KeysUnavailableError("the key set came too slowly")
    return body


def _within(since: float | None, seconds: float) -> bool:
    return since is not None and clock.is_within(since, seconds)


def _report(error: KeysUnavailableError) -> None:
    line = {
        "level": "ERROR",
        "event": "signing_keys_unavailable",
        "reason": str(error),
        "time": clock.text(clock.now()),
    }
    sys.stdout.write(json.dumps(line) + "\n")
