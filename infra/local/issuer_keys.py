"""The realm's keys: one active signing key, passive older ones, and an encryption key, as in Keycloak."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from infra.local.private_files import private_folder, write_private

KEY_BITS = 2048


@dataclass(frozen=True)
class _Key:
    kid: str
    use: str
    private: rsa.RSAPrivateKey

    def jwk(self) -> dict[str, str]:
        numbers = self.private.public_key().public_numbers()
        algorithm = "RS256" if self.use == "sig" else "RSA-OAEP"
        key = {"kid": self.kid, "kty": "RSA", "alg": algorithm, "use": self.use}
        return key | {"n": _number(numbers.n), "e": _number(numbers.e)}


class Keys:
    """Signs tokens and publishes the key set. With a data folder, the keys are stored there, readable by the owner
    only.

    Thread-safe. The newest signing key signs; older ones stay in the set until they are removed.
    """

    def __init__(self, data: Path | None) -> None:
        self._path = private_folder(data) / "keys.json" if data is not None else None
        self._lock = threading.Lock()
        self._keys = self._load() or [_new("enc"), _new("sig")]
        self._save()

    @property
    def kid(self) -> str:
        """The id of the active signing key."""
        with self._lock:
            return self._active().kid

    @property
    def private_key(self) -> rsa.RSAPrivateKey:
        """The active signing key, for tests that sign unusual tokens."""
        with self._lock:
            return self._active().private

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """The published key set."""
        with self._lock:
            return {"keys": [key.jwk() for key in self._keys]}

    def sign(self, claims: dict[str, Any], headers: dict[str, Any] | None = None) -> str:
        """A compact RS256 token, signed with the active key."""
        with self._lock:
            key = self._active()
        return jwt.encode(claims, key.private, algorithm="RS256", headers={"kid": key.kid, **(headers or {})})

    def rotate(self, forget: bool = False) -> str:
        """Creates a new active key and returns its id; `forget` removes the older ones from the set."""
        with self._lock:
            if forget:
                self._keys = [key for key in self._keys if key.use == "enc"]
            self._keys = [*self._keys, _new("sig")]
            self._save()
            return self._active().kid

    def _active(self) -> _Key:
        return next(key for key in reversed(self._keys) if key.use == "sig")

    def _load(self) -> list[_Key]:
        if self._path is None or not self._path.exists():
            return []
        keys = []
        for saved in json.loads(self._path.read_text()):
            private = serialization.load_pem_private_key(saved["pem"].encode(), password=None)
            if isinstance(private, rsa.RSAPrivateKey):
                keys.append(_Key(saved["kid"], saved["use"], private))
        return keys

    def _save(self) -> None:
        if self._path is not None:
            saved = [{"kid": key.kid, "use": key.use, "pem": _pem(key.private)} for key in self._keys]
            write_private(self._path, json.dumps(saved).encode())


def _new(use: str) -> _Key:
    private = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    public = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return _Key(_text(hashlib.sha256(public).digest()), use, private)


def _pem(key: rsa.RSAPrivateKey) -> str:
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()


def _number(value: int) -> str:
    return _text(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
