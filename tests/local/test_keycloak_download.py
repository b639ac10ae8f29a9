"""Keycloak's download: what is not the pinned file is not used, and what is missing is said in one line."""

import os
from pathlib import Path

import pytest

from infra.local.failure import LocalFailureError
from infra.local.keycloak_download import VERSION, keycloak


def maven(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts a Maven of our own on the path."""
    folder.mkdir(exist_ok=True)
    (folder / "mvn").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "mvn").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("KEYCLOAK_HOME", raising=False)


def test_changed_download_is_refused_and_nothing_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = f'for each; do last="$each"; done; echo x > "${{last#*=}}/keycloak-quarkus-dist-{VERSION}.zip"'
    maven(tmp_path / "bin", write, monkeypatch)
    with pytest.raises(LocalFailureError, match=r"is not the pinned file \(its SHA-256 differs\)"):
        keycloak(tmp_path / "cache")
    assert not list((tmp_path / "cache").glob("keycloak-*"))


def test_failed_download_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    maven(tmp_path / "bin", "echo '[ERROR] Could not transfer artifact'; exit 1", monkeypatch)
    with pytest.raises(LocalFailureError, match=r"is the network there.*Could not transfer artifact"):
        keycloak(tmp_path / "cache")


def test_without_maven_there_is_another_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("KEYCLOAK_HOME", raising=False)
    with pytest.raises(
        LocalFailureError, match=r"Maven is missing: install it, or name a Keycloak .* in KEYCLOAK_HOME"
    ):
        keycloak(tmp_path / "cache")


@pytest.mark.parametrize("version", ["", "Keycloak - Version 25.0.6"])
def test_another_server_in_its_place_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    if version:
        (tmp_path / "version.txt").write_text(version)
    monkeypatch.setenv("KEYCLOAK_HOME", str(tmp_path))
    with pytest.raises(LocalFailureError, match="KEYCLOAK_HOME does not name a Keycloak"):
        keycloak(tmp_path / "cache")
