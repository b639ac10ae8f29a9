"""The bill of materials of what runs in Lambda: `make sbom` writes it as CycloneDX JSON.

It is made from the lock files alone: no network, nothing that happens to be installed. `build/` holds it; a release
keeps it next to its package.
"""

import argparse
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUNTIME = ROOT / "requirements.txt"
TOOLS = ROOT / "requirements-dev.txt"
SHIPPED_BY_CHALICE = "chalice"
"""Packaging copies two files of it into the package, so it is locked with the tools and still runs in Lambda."""
_ENTRY = re.compile(r"^([A-Za-z0-9._-]+)==(\S+) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE)


@dataclass(frozen=True)
class Locked:
    """One package of a lock file, and its text there."""

    name: str
    version: str
    hashes: frozenset[str]
    text: str


def locked(lock: str) -> list[Locked]:
    """Every pinned package of a lock file's text."""
    return [
        Locked(found[1], found[2], frozenset(re.findall(r"sha256:([0-9a-f]{64})", found[3])), found[0])
        for found in _ENTRY.finditer(lock)
    ]


def runtime() -> list[Locked]:
    """What the deployed package is made of, besides the product itself."""
    return [
        *locked(RUNTIME.read_text(encoding="utf-8")),
        *(each for each in locked(TOOLS.read_text(encoding="utf-8")) if each.name == SHIPPED_BY_CHALICE),
    ]


def write(target: Path) -> None:
    """Writes the document. RuntimeError when it cannot be made."""
    target.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", "-", "--pyproject", str(ROOT / "pyproject.toml")]
    command += ["--output-reproducible", "--output-format", "JSON", "--output-file", str(target)]
    lines = "".join(each.text for each in runtime())
    # A lock file says what is there, not who asked for it, and the library warns of that.
    environment = {**os.environ, "PYTHONWARNINGS": "ignore::UserWarning"}
    done = subprocess.run(command, input=lines, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    if done.returncode != 0:
        raise RuntimeError(f"The bill of materials could not be made:\n{done.stderr.strip()}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="make sbom", description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "sbom.json")
    target: Path = parser.parse_args().out
    write(target)
    print(target)


if __name__ == "__main__":
    main()
