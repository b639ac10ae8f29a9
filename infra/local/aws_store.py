"""Saves secrets and objects of the emulated AWS services, so that they survive a restart.

Queues are not saved, because the product's reconciler repeats the work of lost messages. Folders and files are readable
by the owner only (0700, 0600), and each file is replaced atomically.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from moto.s3.models import FakeDeleteMarker, FakeKey, s3_backends
from moto.secretsmanager.models import FakeSecret, secretsmanager_backends

from infra.local.invoke import ACCOUNT
from infra.local.private_files import private_folder, write_private

_SECRET_FIELDS = ("description", "tags", "created_date", "last_changed_date", "deleted_date", "versions")


class SecretStore:
    """Saves the secrets whose names begin with `prefix` in one JSON file."""

    def __init__(self, folder: Path, region: str, prefix: str) -> None:
        self._prefix = prefix
        self._path = private_folder(folder) / "secrets.json"
        self._backend = secretsmanager_backends[ACCOUNT][region]

    def save(self) -> None:
        content = {
            secret.name: {"arn": secret.arn} | {field: getattr(secret, field) for field in _SECRET_FIELDS}
            for secret in self._backend.secrets.values()
            if isinstance(secret, FakeSecret) and secret.name.startswith(self._prefix)
        }
        write_private(self._path, json.dumps(content).encode())

    def restore(self) -> None:
        if not self._path.exists():
            return
        for name, saved in json.loads(self._path.read_text()).items():
            current: dict[str, Any] = next(
                (v for v in saved["versions"].values() if "AWSCURRENT" in v["version_stages"]), {}
            )
            secret, _ = self._backend._add_secret(
                name, secret_string=current.get("secret_string"), secret_binary=current.get("secret_binary")
            )
            secret.arn = saved["arn"]
            for field in _SECRET_FIELDS:
                setattr(secret, field, saved[field])
            secret.set_default_version_id(current.get("version_id"))


class ObjectStore:
    """Saves all versions of the objects of one bucket, each as a JSON file with metadata and a file with its bytes."""

    def __init__(self, folder: Path, bucket: str) -> None:
        self.bucket = bucket
        self._folder = private_folder(folder)
        self._backend = s3_backends[ACCOUNT]["aws"]
        self._written: dict[str, tuple[Any, ...]] = {}

    def save(self) -> None:
        """Writes new and changed versions, and removes the files of deleted ones."""
        present: set[str] = set()
        for key, versions in self._backend.buckets[self.bucket].keys.lists():
            for position, version in enumerate(versions):
                name = hashlib.sha256(f"{key}\0{version.version_id}".encode()).hexdigest()
                present.add(name)
                state = (position, version.last_modified)
                if self._written.get(name) != state:
                    self._write(name, key, version, position)
                    self._written[name] = state
        for name in [name for name in self._written if name not in present]:
            (self._folder / f"{name}.json").unlink(missing_ok=True)
            (self._folder / f"{name}.bin").unlink(missing_ok=True)
            del self._written[name]

    def restore(self) -> None:
        """Restores all saved versions; the bucket must exist."""
        saved = [(path, json.loads(path.read_text())) for path in self._folder.glob("*.json")]
        for path, about in sorted(saved, key=lambda pair: (pair[1]["key"], pair[1]["position"])):
            bucket = self._backend.buckets[self.bucket]
            modified = datetime.fromisoformat(about["modified"])
            if about["deleted"]:
                version: FakeKey | FakeDeleteMarker = FakeDeleteMarker(bucket.keys[about["key"]])
                version._version_id = about["version"]
            else:
                content = path.with_suffix(".bin").read_bytes()
                version = self._backend.put_object(self.bucket, about["key"], content, disable_notification=True)
                version._version_id = about["version"]
                version.set_metadata(dict(about["metadata"]))
            version.last_modified = modified
            earlier = [kept for kept in bucket.keys.getlist(about["key"], []) if kept is not version]
            bucket.keys.setlist(about["key"], [*earlier, version])
            self._written[path.stem] = (about["position"], modified)

    def _write(self, name: str, key: str, version: FakeKey | FakeDeleteMarker, position: int) -> None:
        deleted = not isinstance(version, FakeKey)
        about = {
            "key": key,
            "version": version.version_id,
            "position": position,
            "modified": version.last_modified.isoformat(),
            "deleted": deleted,
            "metadata": dict(version.metadata) if isinstance(version, FakeKey) else {},
        }
        if isinstance(version, FakeKey):
            write_private(self._folder / f"{name}.bin", version.value)
        write_private(self._folder / f"{name}.json", json.dumps(about).encode())
