"""The data folder of `make run`, locked by one process at a time; `python -m infra.local.data_dir` deletes it."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local.failure import LocalFailureError
from infra.local.fetched import ROOT
from infra.local.ports import described
from infra.local.private_files import private_folder

FOLDER = Path(os.environ.get("NOVEX_LOCAL_DATA", ROOT / ".local"))


@contextmanager
def held(folder: Path = FOLDER) -> Iterator[Path]:
    """Locks the data folder for this process. Raises LocalFailureError, with the other process, when it is locked."""
    private_folder(folder)
    with (folder / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            pid = int(lock.read() or 0)
            raise LocalFailureError(
                f"make run is already running with this data, as {described(pid)}: end it with `kill {pid}`."
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield folder


def reset(folder: Path = FOLDER) -> None:
    """Deletes the data of `make run`. Raises LocalFailureError while it runs."""
    if folder.exists():
        with held(folder):
            shutil.rmtree(folder)


if __name__ == "__main__":
    try:
        reset()
    except LocalFailureError as failure:
        sys.exit(str(failure))
    print("The local data is forgotten.")
