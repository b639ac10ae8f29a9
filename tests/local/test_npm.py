"""Packages of npm are installed once, from their lock file."""

import json
import os
from pathlib import Path

import pytest

from infra.local import npm
from infra.local.failure import LocalFailureError

PACKAGES = "node_modules/.package-lock.json"


def project(folder: Path) -> Path:
    folder.mkdir()
    for name in ("package.json", "package-lock.json"):
        (folder / name).write_text(json.dumps({"name": "tools", "private": True}))
    return folder


def fake_npm(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> Path:
    """A machine's npm that writes down what it is asked for."""
    folder.mkdir()
    (folder / "npm").write_text(f'#!/bin/sh\necho "$@" >> {folder}/asked\n{script}\n')
    (folder / "npm").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder / "asked"


def test_a_project_is_installed_once_by_its_lock_and_no_script_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = fake_npm(tmp_path / "bin", monkeypatch, f"mkdir node_modules && cp package-lock.json {PACKAGES}")
    tools = project(tmp_path / "tools")
    folder = npm.install("Tools", tools, tmp_path / "cache")
    assert npm.install("Tools", tools, tmp_path / "cache") == folder
    assert (folder / PACKAGES).is_file()
    (line,) = asked.read_text().splitlines()
    assert line.split()[1:] == ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]


def test_a_failure_says_why_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_npm(tmp_path / "bin", monkeypatch, "echo 'npm error network unreachable' >&2; exit 1")
    with pytest.raises(LocalFailureError, match="network unreachable"):
        npm.install("Tools", project(tmp_path / "tools"), tmp_path / "cache")
    assert not list((tmp_path / "cache" / "npm").glob("*/package.json"))
