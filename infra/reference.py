"""`make reference`: downloads Swagger UI into the folder from which the API serves it.

`source.json` there contains its version. To update it, write the new version and the SHA-512 of its npm package file
into source.json, run this command, and write the version into `chalicelib/edge/system/reference.py`, which uses it in
file names.
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
    """The package's name and version, and the SHA-512 of each file that is stored."""
    described: dict[str, Any] = json.loads((FOLDER / "source.json").read_text(encoding="utf-8"))
    return described


def content(name: str) -> bytes:
    """The content of a stored file, as in the package."""
    if name in COMPRESSED:
        return gzip.decompress((FOLDER / f"{name}.gz").read_bytes())
    return (FOLDER / name).read_bytes()


def renew() -> None:
    """Downloads the package of `source.json` and stores the files that are served, and its licences."""
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
    """The files of the package to store. LocalFailureError when the package does not contain one of them."""
    found = {}
    with tarfile.open(package) as archive:
        for name in (*COMPRESSED, *AS_THEY_ARE):
            try:
                member = archive.extractfile(f"package/{name}")
            except KeyError:
                member = None
            if member is None:
                raise LocalFailureError(f"{package.name} does not contain {name}.")
            found[name] = member.read()
    return found


if __name__ == "__main__":
    try:
        renew()
    except LocalFailureError as failure:
        sys.exit(str(failure))
