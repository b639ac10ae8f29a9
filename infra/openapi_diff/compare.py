"""Compares two OpenAPI documents: which changes break a client that was made for the first one."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.local.failure import LocalFailureError
from infra.openapi_diff.levels import LEVELS
from infra.openapi_diff.tool import oasdiff


def breaking(before: Any, after: Any, accepted: Path | None = None) -> list[str]:
    """Each breaking change as a line of text. An operation or field that was deprecated may go when its sunset has
    passed.

    accepted: a file with changes that a person has judged not to break anything, such as a pattern that only became
    wider, one a line as `METHOD /path text`. LocalFailureError when the documents cannot be compared.
    """
    return [*_of_operations(before, after, accepted), *_of_events(before, after)]


def _of_operations(before: Any, after: Any, accepted: Path | None) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        levels = folder / "levels"
        levels.write_text("".join(f"{check} {level}\n" for check, level in LEVELS.items()))
        files = [folder / "before.json", folder / "after.json"]
        for file, document in zip(files, (_without_endless_deprecations(before), after), strict=True):
            file.write_text(json.dumps(document))
        command = [str(oasdiff()), "breaking", *map(str, files), "--format=json", f"--severity-levels={levels}"]
        command.append("--unmatch-path=^/docs(/|$)")  # files of the reference page, with their version in the path
        if accepted is not None and accepted.exists():
            command += [f"--err-ignore={accepted}", f"--warn-ignore={accepted}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no external input
    if done.returncode != 0:
        raise LocalFailureError(f"The documents could not be compared: {done.stderr.strip()[-500:]}")
    for change in json.loads(done.stdout or "[]"):
        yield f"{change.get('operation', '')} {change.get('path', '')} {change['text']} [{change['id']}]"


def _without_endless_deprecations(value: Any) -> Any:
    """The document without deprecations that have no sunset: oasdiff lets what these mark go at any time."""
    if isinstance(value, list):
        return [_without_endless_deprecations(member) for member in value]
    if not isinstance(value, dict):
        return value
    is_endless = value.get("deprecated") is True and "x-sunset" not in value
    kept = {name: member for name, member in value.items() if not (is_endless and name == "deprecated")}
    return {name: _without_endless_deprecations(member) for name, member in kept.items()}


def _of_events(before: Any, after: Any) -> Iterator[str]:
    """The events that are missing in the catalogue, which oasdiff does not know."""
    remaining = after.get("x-events", {})
    for name, event in before.get("x-events", {}).items():
        if name not in remaining or remaining[name]["entity"] != event["entity"]:
            yield f"the event {name} is gone, or about another kind of document"
