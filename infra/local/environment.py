"""The environment of the running `make run`, for other commands.

As a command it prints the URL of the API (`make url`) or of the simulated Shopify (`make url OF=shopify`).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
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


def url(part: str, own: Mapping[str, str]) -> str:
    """The URL of the API, or of a simulated platform without a shop. Raises LocalFailureError for another part."""
    names = {"api": "NOVEX_API_URL", "shopify": "NOVEX_PLATFORM_SHOPIFY_URL"}
    if part not in names:
        raise LocalFailureError(f"OF={part} is not known: it is {' or '.join(names)}.")
    return own[names[part]].removesuffix("/{shop}")


if __name__ == "__main__":
    try:
        print(url(sys.argv[1], of_running()))
    except LocalFailureError as failure:
        sys.exit(str(failure))
