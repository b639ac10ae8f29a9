"""How much was found, by table."""

from collections.abc import Iterable

from chalicelib.privacy.persons.schemas import PersonDataCount
from chalicelib.privacy.persons.tables import PersonFinding

_NUMBERS = ("rows", "possible", "excluded", "bytes")


def counts(found: Iterable[PersonFinding]) -> list[PersonDataCount]:
    """The counts of findings."""
    return _summed((1, _one(each)) for each in found)


def recounted(before: Iterable[PersonDataCount], old: PersonFinding, new: PersonFinding) -> list[PersonDataCount]:
    """The counts after one finding has changed."""
    return _summed([*((1, each) for each in before), (-1, _one(old)), (1, _one(new))])


def _one(finding: PersonFinding) -> PersonDataCount:
    return PersonDataCount(
        table=finding.table,
        rows=int(finding.is_counted),
        possible=int(finding.is_waiting),
        excluded=int(finding.is_included is False),
        bytes=finding.bytes if finding.is_counted else 0,
    )


def _summed(each: Iterable[tuple[int, PersonDataCount]]) -> list[PersonDataCount]:
    by_table: dict[str, dict[str, int]] = {}
    for sign, count in each:
        table = by_table.setdefault(count.table, dict.fromkeys(_NUMBERS, 0))
        for name in _NUMBERS:
            table[name] += sign * getattr(count, name)
    return [PersonDataCount(table=table, **numbers) for table, numbers in sorted(by_table.items())]
