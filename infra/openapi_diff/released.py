"""The OpenAPI documents that were released, one for each supported version of the API, in docs/openapi/.

What was released stays true: the document of every version may only grow. An incompatible change is a new version,
whose declaration (chalicelib/edge/versions/history.py) takes it back in the documents of the versions before.
"""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import msgspec

from infra.openapi_diff import compare

ACCEPTED = "accepted.txt"
_EMPTY = """\
# Changes since the last release that `make release` and the tests would refuse, and that a person has judged not to
# break any client, such as a pattern that became wider: a line each, as they print it without the version and the name
# of the check. Say why in a line before it. A release empties this file.
"""
FOLDER = Path(__file__).resolve().parents[2] / "docs" / "openapi"


def breaking_changes(folder: Path = FOLDER) -> list[str]:
    """Every breaking change of a released document, as a line of text. The newest version may not be released yet.
    LocalFailureError when the documents cannot be compared."""
    found = []
    *older, newest = current()
    for version, document in current().items():
        file = _file(folder, version)
        if file.exists():
            released = msgspec.json.decode(gzip.decompress(file.read_bytes()))
            found += [f"{version}: {change}" for change in compare.breaking(released, document, folder / ACCEPTED)]
        elif version != newest and any(_file(folder, each).exists() for each in (*older, newest)):
            found.append(f"{version}: there is no released document")
    return found


def write(folder: Path = FOLDER) -> None:
    """Releases the documents of all supported versions, removes those of others, and empties the list of accepted
    changes."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*.json.gz"):
        file.unlink()
    for version, document in current().items():
        _file(folder, version).write_bytes(gzip.compress(msgspec.json.encode(document), mtime=0))
    (folder / ACCEPTED).write_text(_EMPTY)


def current() -> dict[str, Any]:
    """The OpenAPI document of each version as the code is now; imports the product, whose environment must be set."""
    from chalicelib import modules  # noqa: F401, PLC0415 - registers all packages
    from chalicelib.edge import index  # noqa: PLC0415 - the environment is set first
    from chalicelib.edge.versions import history  # noqa: PLC0415 - the same

    return {each.name: msgspec.json.decode(index.made_document(each.name)) for each in history.VERSIONS}


def _file(folder: Path, version: str) -> Path:
    return folder / f"{version}.json.gz"
