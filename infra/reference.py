"""`make reference`: puts Swagger UI anew into the folder from which the API serves it.

`source.json` there says which version that is. To renew it, write the version and the SHA-512 of its npm package file
into it, run this, and write the version into `chalicelib/edge/system/reference.py`, which names the files after it.
"""

import gzip
import hashlib
import json
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from infra.local import npm
from infra.local.failure import LocalFailureError

FOLDER = Path(__file__).resolve().parents[1] / "chalicelib" / "edge" / "system" / "swagger_ui"
COMPRESSED = ("swagger-ui-bundle.js", "swagger-ui.css")
AS_THEY_ARE = ("LICENSE", "NOTICE", "swagger-ui-bundle.js.LICENSE.txt")


def source() -> dict[str, Any]:
    """Which package it is, and the SHA-512 of each file of it that is kept."""
    described: dict[str, Any] = json.loads((FOLDER / "source.json").read_text(encoding="utf-8"))
    return described


def content(name: str) -> bytes:
    """A kept file as it was in the package."""
    if name in COMPRESSED:
        return gzip.decompress((FOLDER / f"{name}.gz").read_bytes())
    return (FOLDER / name).read_bytes()


def renew() -> None:
    """Fetches the package that `source.json` names and keeps what is served of it, and its licences."""
    described = source()
    with tempfile.TemporaryDirectory() as folder:
        package = npm.fetch("Swagger UI", described["package"], described["version"], described["sha512"], Path(folder))
        files = _files(package)
    for name, text in files.items():
        kept = FOLDER / (f"{name}.gz" if name in COMPRESSED else name)
        kept.write_bytes(gzip.compress(text, mtime=0) if name in COMPRESSED else text)
    described["files"] = {name: hashlib.sha512(text).hexdigest() for name, text in files.items()}
    (FOLDER / "source.json").write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")


def _files(package: Path) -> dict[str, bytes]:
    """LocalFailureError when the package has one of them no more."""
    found = {}
    with tarfile.open(package) as archive:
        for name in (*COMPRESSED, *AS_THEY_ARE):
            try:
                member = archive.extractfile(f"package/{name}")
            except KeyError:
                member = None
            if member is None:
                raise LocalFailureError(f"{package.name} holds no {name}.")
            found[name] = member.read()
    return found


if __name__ == "__main__":
    try:
        renew()
    except LocalFailureError as failure:
        sys.exit(str(failure))
