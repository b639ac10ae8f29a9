"""The sub-processors of the operator, as data: who processes data of tenants on the operator's behalf.

A change is an entry of its own: it is announced NOTICE days before it takes effect, which is checked when this module
is imported. To add one, add an entry with its days; to replace one, end it and begin another with the same id on the
same day; to remove one, end it. An entry that has ended stays.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib.kernel.privacy import DataClass
from chalicelib.privacy.processors.schemas import ChangeKind

NOTICE = timedelta(days=30)
"""Between the announcement of a change and the day from which it holds."""
FOUNDED = date(2026, 11, 27)
"""The day of the first list, of which there was nobody to tell."""


@dataclass(frozen=True, slots=True)
class SubProcessor:
    """A sub-processor from one day to another. is_in_stage_region: whether it processes in the region of the stage;
    otherwise `place` says where. transfer: the safeguard of a transfer to a third country; None while a lawyer has not
    supplied it. ends_on: the first day on which it does not hold any more."""

    id: str
    name: str
    purpose: str
    data_classes: frozenset[DataClass]
    announced_on: date
    starts_on: date
    is_in_stage_region: bool = True
    place: str = ""
    transfer: str | None = None
    end_announced_on: date | None = None
    ends_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it is used on the day."""
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)


@dataclass(frozen=True, slots=True)
class Change:
    """An announced change of the list. processor: as it is going to be; as it is, when it is removed."""

    id: str
    kind: ChangeKind
    processor: SubProcessor
    announced_on: date
    effective_on: date


LISTED: tuple[SubProcessor, ...] = (
    SubProcessor(
        id="aws",
        name="Amazon Web Services",
        purpose="Hosting: functions, database, files, queues, secrets, mails, logs and metrics.",
        data_classes=frozenset(DataClass),
        announced_on=FOUNDED,
        starts_on=FOUNDED,
    ),
)
NOT_LISTED: tuple[tuple[str, str], ...] = (
    (
        "Keycloak",
        "The operator runs it on servers of its own, so it is no other party. An operator who lets somebody else host "
        "it, or send its mails, has to add that company to the list.",
    ),
    (
        "Connected platforms",
        "They get data on the tenant's own instruction, when its administrator connects them: they are recipients.",
    ),
)
"""Who is not on the list, and why."""


def in_force(day: date) -> list[SubProcessor]:
    """Those that are used on the day."""
    return [each for each in LISTED if each.holds_on(day)]


def announced(day: date) -> list[Change]:
    """The changes that are announced by the day and do not hold yet, the next one first."""
    known = (each for each in changes(LISTED) if each.announced_on <= day < each.effective_on)
    return sorted(known, key=lambda each: (each.effective_on, each.id))


def change(identifier: str, day: date) -> Change | None:
    """The change with the id, whether it holds by now or not; None when it was never announced by the day."""
    return next((each for each in changes(LISTED) if each.id == identifier and each.announced_on <= day), None)


def changes(listed: Sequence[SubProcessor]) -> list[Change]:
    """All changes since the first list."""
    starts = {(each.id, each.starts_on) for each in listed}
    ends = {(each.id, each.ends_on) for each in listed}
    found = []
    for each in listed:
        if each.starts_on != FOUNDED:
            kind = ChangeKind.CHANGED if (each.id, each.starts_on) in ends else ChangeKind.ADDED
            found.append(Change(_name(each.id, each.starts_on), kind, each, each.announced_on, each.starts_on))
        if each.ends_on is not None and (each.id, each.ends_on) not in starts:
            announced_on = each.end_announced_on or each.ends_on
            found.append(Change(_name(each.id, each.ends_on), ChangeKind.REMOVED, each, announced_on, each.ends_on))
    return found


def check(listed: Iterable[SubProcessor]) -> None:
    """TypeError when a change is not announced NOTICE days before it takes effect."""
    for each in changes(tuple(listed)):
        if each.effective_on - each.announced_on < NOTICE:
            raise TypeError(f"the change {each.id} of the sub-processors is not announced {NOTICE.days} days before")


def _name(identifier: str, day: date) -> str:
    return f"{identifier}-{day.isoformat()}"


check(LISTED)
