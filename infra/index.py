"""Writes the index of the routes and the OpenAPI document of each version, for a package or for `make run`.

    python -m infra.index FOLDER

An application whose NOVEX_INDEX names the folder reads them instead of importing all modules.
"""

import gzip
import sys
from pathlib import Path

import msgspec


def write(folder: Path) -> None:
    """Writes the files; imports the product, whose environment must be set."""
    from chalicelib import modules  # noqa: F401, PLC0415 - registers all packages
    from chalicelib.edge import index  # noqa: PLC0415 - the environment is set first
    from chalicelib.edge.versions import history  # noqa: PLC0415 - the same

    folder.mkdir(parents=True, exist_ok=True)
    (folder / index.ROUTES_FILE).write_bytes(msgspec.json.format(msgspec.json.encode(index.made()), indent=1))
    for version in history.VERSIONS:
        document = index.made_document(version.name)
        (folder / index.document_file(version.name)).write_bytes(gzip.compress(document, mtime=0))


if __name__ == "__main__":
    write(Path(sys.argv[1]))
