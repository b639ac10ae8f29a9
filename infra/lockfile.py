"""Reads lock files: versions, hashes, and the packages that require each package."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUNTIME = ROOT / "requirements.txt"
TOOLS = ROOT / "requirements-dev.txt"
CHALICE = "chalice"
"""The framework. `chalice package` adds two files of it to the package; the rest of it, and its dependencies, are for
its command line."""
_ENTRY = re.compile(
    r"^([A-Za-z0-9._-]+)==(\S+) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)((?:    #.*\n)*)", re.MULTILINE
)


@dataclass(frozen=True)
class Locked:
    """One package of a lock file: its text without comments, and the packages that require it (`-r requirements.in` is
    the product)."""

    name: str
    version: str
    hashes: frozenset[str]
    text: str
    via: frozenset[str]


def locked(lock: str) -> list[Locked]:
    """Every pinned package of a lock file's text."""
    return [
        Locked(
            found[1],
            found[2],
            frozenset(re.findall(r"sha256:([0-9a-f]{64})", found[3])),
            f"{found[1]}=={found[2]} \\\n{found[3]}",
            frozenset(re.findall(r"^    #(?: via)? +(?!via$)(.+)$", found[4], re.MULTILINE)),
        )
        for found in _ENTRY.finditer(lock)
    ]


def deployed(entries: Iterable[Locked]) -> list[Locked]:
    """The packages for Lambda: the product's dependencies, direct and indirect, without those of Chalice's command line
    only."""
    by_name = {entry.name: entry for entry in entries}

    def is_deployed(entry: Locked) -> bool:
        if entry.name == CHALICE:
            return False
        askers = (by_name.get(name) for name in entry.via)
        return "-r requirements.in" in entry.via or any(asker and is_deployed(asker) for asker in askers)

    return [entry for entry in by_name.values() if is_deployed(entry)]


def runtime() -> list[Locked]:
    """The packages on Lambda besides the product: the wheels, and Chalice, of which two files are included."""
    entries = locked(RUNTIME.read_text(encoding="utf-8"))
    return [*deployed(entries), *(entry for entry in entries if entry.name == CHALICE)]
