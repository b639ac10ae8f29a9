"""The environment of the running `make run`, for other commands."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local.data_dir import FOLDER
from infra.local.failure import LocalFailureError
from infra.local.private_files import write_private

NAME = "environment.json"
_PREFIXES = ("AWS_", "NOVEX_")


@contextmanager
def kept(folder: Path) -> Iterator[None]:
    """Stores this process's environment in the data folder, readable by the owner only, as long as it runs."""
    own = {name: value for name, value in os.environ.items() if name.startswith(_PREFIXES)}
    path = folder / NAME
    write_private(path, json.dumps(own).encode())
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def of_running(folder: Path = FOLDER) -> dict[str, str]:
    """The environment of the running `make run`. Raises LocalFailureError when it is not running."""
    for path in (folder / NAME, folder / "keycloak" / NAME):
        if path.exists():
            found: dict[str, str] = json.loads(path.read_text())
            return found
    raise LocalFailureError("Nothing runs here: start `make run` in another terminal first.")
