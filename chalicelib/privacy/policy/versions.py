"""The released versions of the privacy policy.

A released version never changes: its text is a file below `released/` whose hash is here, and docs/policy/released.txt
has both. A new version is a file, an entry here and a line there. Every request asks which versions count, so this
module imports little.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from chalicelib.access.policy import Counting
from chalicelib.kernel import clock

NOTICE = timedelta(days=30)
"""So long before it is in force is a material change announced, at least."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version. content_hash: SHA-256 of its text. last_updated: the day on which it was announced. effective_from:
    the day on which it begins to be in force. Both days begin at midnight UTC. is_material: users must accept it in an
    explicit step. summary: what has changed, in plain words."""

    number: int
    content_hash: str
    last_updated: date
    effective_from: date
    is_material: bool
    summary: str

    def is_announced(self, today: date) -> bool:
        """Whether it can be read, in force or not."""
        return self.last_updated <= today

    def is_in_force(self, today: date) -> bool:
        """Whether its time has begun; a later version may have taken its place."""
        return self.effective_from <= today


VERSIONS: tuple[Version, ...] = (
    Version(
        number=1,
        content_hash="426087ec458e4b031c0481f4b577f9e8014c922aee3867c136e752d96e80e185",
        last_updated=date(2026, 11, 27),
        effective_from=date(2026, 11, 27),
        is_material=False,
        summary="The first version.",
    ),
)
"""From the oldest to the newest."""


def today() -> date:
    """The day in UTC by the real time: a sandbox cannot change which version binds its users."""
    return clock.real().date()


def readable() -> list[Version]:
    """The versions that are announced or have been in force, the newest first."""
    return [version for version in reversed(VERSIONS) if version.is_announced(today())]


def find(number: int) -> Version | None:
    """The version with this number; None when it is not announced yet, or there is none."""
    return next((version for version in readable() if version.number == number), None)


def in_force() -> Version | None:
    """The version in force; None before the first one is."""
    return _numbered(counting().current)


def announced() -> Version | None:
    """The version that was announced and is not in force yet, if there is one."""
    return _numbered(counting().announced)


def _numbered(number: int) -> Version | None:
    return VERSIONS[number - 1] if number else None


def counting() -> Counting:
    """Which versions count now, as numbers, for the access to all routes. A material version in force is required of
    users: they must have accepted it, or a later one."""
    return _counting(VERSIONS, today())


@lru_cache(maxsize=8)
def _counting(versions: tuple[Version, ...], day: date) -> Counting:
    current = [version for version in versions if version.is_in_force(day)]
    coming = [version for version in versions if version.is_announced(day) and not version.is_in_force(day)]
    return Counting(
        required=max((version.number for version in current if version.is_material), default=0),
        current=max((version.number for version in current), default=0),
        announced=coming[0].number if coming else 0,
        announced_from=coming[0].effective_from if coming else None,
    )


def defects(versions: Sequence[Version]) -> list[str]:
    """What is wrong with a list of versions, for a test: numbers without gaps, one change at a time, and notice before
    a material one."""
    found = []
    if [version.number for version in versions] != list(range(1, len(versions) + 1)):
        found.append("the numbers do not count from 1")
    for version in versions:
        notice = version.effective_from - version.last_updated
        if notice < (NOTICE if version.is_material else timedelta()):
            found.append(f"version {version.number} is announced too late")
    for before, after in pairwise(versions):
        if after.last_updated < before.effective_from or after.effective_from == before.effective_from:
            found.append(f"version {after.number} is announced before version {before.number} is in force")
    return found
