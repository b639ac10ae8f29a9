"""`make reference`: downloads Scalar into the folder from which the API serves it.

`source.json` there contains its version. To update it, write the new version and the SHA-512 of its npm package file
into source.json, run this command, and write the version into `chalicelib/edge/system/reference.py`, which uses it in
the file's URL. The package has no licence file; LICENSE is the one of its repository.
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

FOLDER = Path(__file__).resolve().parents[1] / "chalicelib" / "edge" / "system" / "scalar"
STORED = FOLDER / "scalar.js.gz"
_MEMBER = "package/dist/browser/standalone.js"


def source() -> dict[str, Any]:
    """The package's name and version, its SHA-512, and that of the script in it."""
    described: dict[str, Any] = json.loads((FOLDER / "source.json").read_text(encoding="utf-8"))
    return described


def renew() -> None:
    """Downloads the package of `source.json` and stores the script that is served."""
    described = source()
    with tempfile.TemporaryDirectory() as folder:
        package = npm.fetch("Scalar", described["package"], described["version"], described["sha512"], Path(folder))
        script = _script(package)
    STORED.write_bytes(gzip.compress(script, mtime=0))
    described["script_sha512"] = hashlib.sha512(script).hexdigest()
    (FOLDER / "source.json").write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")


def _script(package: Path) -> bytes:
    """The script in the package. LocalFailureError when the package does not contain it."""
    with tarfile.open(package) as archive:
        try:
            member = archive.extractfile(_MEMBER)
        except KeyError:
            member = None
        if member is None:
            raise LocalFailureError(f"{package.name} does not contain {_MEMBER}.")
        return member.read()


if __name__ == "__main__":
    try:
        renew()
    except LocalFailureError as failure:
        sys.exit(str(failure))
