"""The deployment package for Lambda: `gather` collects the files for `chalice package` (infra/index.py adds the index
of the routes), `finish` rewrites its archive.

The archive contains only the service descriptions of botocore and boto3 that the product uses (all would be four fifths
of it), compiled modules (Lambda's disk is read-only, so every cold start would compile them again), and a fixed order
and fixed times, so that the build is reproducible. Modules can only be compiled by the Python that will run them.
"""

import re
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from chalicelib.kernel.dynamo.client import Service
from infra.wheels import unpack

SERVICES = ("dynamodb", *get_args(Service), "sts", "sso", "sso-oidc", "signin")
"""The service descriptions that are kept: for the product's calls, and for botocore's credential providers."""
_TIME = (1980, 1, 1, 0, 0, 0)
_UNWANTED = re.compile(r"(^|/)(__pycache__|tests?)/|\.pyi$|\.pxd$|\.c$|(^|/)py\.typed$|\.dist-info/(RECORD|licenses/)")


class CompileError(Exception):
    """A module of the product does not compile; the message states where."""


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


def finish(archive: Path, python: tuple[int, int]) -> None:
    """Rewrites Chalice's deployment.zip: compiled if there is an interpreter of that version, in fixed order, with
    fixed times and modes. Raises CompileError for a module of the product that does not compile."""
    unpacked = archive.with_suffix(".tmp")
    if unpacked.exists():
        shutil.rmtree(unpacked)
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(unpacked)
    compiler = interpreter(python)
    if compiler is not None:
        _compile(compiler, unpacked)
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


def interpreter(python: tuple[int, int]) -> str | None:
    """A Python of that version: this one, or one on the PATH. None when there is none."""
    if sys.version_info[:2] == python:
        return sys.executable
    found = shutil.which("python{}.{}".format(*python))
    # A version manager puts names of versions on the PATH that it does not run.
    works = found is not None and subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode == 0  # noqa: S603 - no external input
    return found if works else None


def _compile(compiler: str, base: Path) -> None:
    """Compiles without invalidation checks, because files do not change on Lambda and times in a zip are not used."""
    command = [compiler, "-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash"]
    command += ["-s", str(base), "-p", "/var/task", str(base)]
    # It fails for a library that contains source for other Python versions, which is never imported.
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no external input
    for source in [*base.glob("app.py"), *base.glob("chalicelib/**/*.py")]:
        if not any((source.parent / "__pycache__").glob(f"{source.stem}.*.pyc")):
            raise CompileError(f"{source.relative_to(base)} does not compile:\n{done.stdout}{done.stderr}")


def _add(packed: zipfile.ZipFile, file: Path, base: Path) -> None:
    entry = zipfile.ZipInfo(file.relative_to(base).as_posix(), _TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = (stat.S_IFREG | (0o755 if file.suffix == ".so" else 0o644)) << 16
    packed.writestr(entry, file.read_bytes())


def _files(folder: Path) -> Iterator[Path]:
    return iter(sorted(path for path in folder.rglob("*") if path.is_file()))
