"""The deployment package for Lambda: `gather` collects the files for `chalice package`, `finish` rewrites its archive.

The archive contains only the service descriptions of botocore and boto3 that the product uses (all would be four fifths
of it), compiled modules (Lambda's disk is read-only, so every cold start would compile them again), and a fixed order
and fixed times, so that the build is reproducible.
"""

import py_compile
import re
import shutil
import stat
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from chalicelib.kernel.dynamo.client import Service
from infra.wheels import unpack

SERVICES = ("dynamodb", *get_args(Service), "sts", "sso", "sso-oidc", "signin")
"""The service descriptions that are kept: for the product's calls, and for botocore's credential providers."""
_TASK = "/var/task/"
_TIME = (1980, 1, 1, 0, 0, 0)
_UNWANTED = re.compile(r"(^|/)(__pycache__|tests?)/|\.pyi$|\.pxd$|\.c$|(^|/)py\.typed$|\.dist-info/(RECORD|licenses/)")


def gather(root: Path, build: Path, wheels: list[Path]) -> None:
    """Copies the project into `build` as Chalice requires it: dependencies under vendor/, no requirements.txt."""
    if build.exists():
        shutil.rmtree(build)
    build.mkdir(parents=True)
    shutil.copy(root / "app.py", build)
    shutil.copytree(root / "chalicelib", build / "chalicelib", ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    (build / ".chalice").mkdir()
    for file in (root / ".chalice").glob("*.json"):
        shutil.copy(file, build / ".chalice")
    unpack(wheels, build / "vendor")
    _trim(build / "vendor")


def finish(archive: Path) -> None:
    """Rewrites Chalice's deployment.zip: compiled, in fixed order, with fixed times and modes."""
    unpacked = archive.with_suffix(".tmp")
    if unpacked.exists():
        shutil.rmtree(unpacked)
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(unpacked)
    for source in sorted(unpacked.rglob("*.py")):
        _compile(source, unpacked)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for file in _files(unpacked):
            _add(packed, file, unpacked)
    shutil.rmtree(unpacked)


def _trim(vendor: Path) -> None:
    for library in ("botocore", "boto3"):
        for entry in (vendor / library / "data").iterdir():
            if entry.is_dir() and entry.name not in SERVICES:
                shutil.rmtree(entry)
    for file in list(_files(vendor)):
        if _UNWANTED.search(file.relative_to(vendor).as_posix()):
            file.unlink()


def _compile(source: Path, base: Path) -> None:
    """Compiles without invalidation checks, because files do not change on Lambda and times in a zip are not used."""
    relative = source.relative_to(base).as_posix()
    target = source.parent / "__pycache__" / f"{source.stem}.{sys.implementation.cache_tag}.pyc"
    try:
        py_compile.compile(
            str(source),
            cfile=str(target),
            dfile=_TASK + relative,
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
    except py_compile.PyCompileError:
        # A package may contain source for other Python versions, which is never imported.
        if relative.startswith(("app.py", "chalicelib/")):
            raise


def _add(packed: zipfile.ZipFile, file: Path, base: Path) -> None:
    entry = zipfile.ZipInfo(file.relative_to(base).as_posix(), _TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = (stat.S_IFREG | (0o755 if file.suffix == ".so" else 0o644)) << 16
    packed.writestr(entry, file.read_bytes())


def _files(folder: Path) -> Iterator[Path]:
    return iter(sorted(path for path in folder.rglob("*") if path.is_file()))
