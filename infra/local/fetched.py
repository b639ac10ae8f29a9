"""The ignored cache folder of downloads, with one folder for each version, which is created atomically."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local.failure import LocalFailureError

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"


def kept(folder: Path, proof: str, make: Callable[[Path], Path]) -> Path:
    """The folder, if it contains the file `proof`; otherwise `make` creates it in a temporary folder.

    Safe to call from several processes at once. Exceptions of `make` are passed on, and then nothing is stored.
    """
    if (folder / proof).is_file():
        return folder
    cache = folder.parent
    cache.mkdir(parents=True, exist_ok=True)
    with _exclusive(cache / "download.lock"):
        if not (folder / proof).is_file():
            with tempfile.TemporaryDirectory(dir=cache, prefix="unpack-") as temporary:
                made = make(Path(temporary))
                if not (made / proof).is_file():
                    raise LocalFailureError(f"What was fetched for {folder.name} holds no {proof}.")
                shutil.rmtree(folder, ignore_errors=True)
                made.rename(folder)
    return folder


def verify(package: Path, algorithm: str, digest: str) -> None:
    """Raises LocalFailureError unless the file has the pinned hash."""
    with package.open("rb") as file:
        found = hashlib.file_digest(file, algorithm).hexdigest()
    if found != digest:
        name = algorithm.upper().replace("SHA", "SHA-")
        raise LocalFailureError(
            f"The downloaded {package.name} is not the pinned file (its {name} differs); not using it."
        )


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
