"""Erases what is a person's, row by row, and keeps what the law or an open contract wants kept.

The plan of a row is made anew in the transaction that erases it, so the preview, the run and the proof afterwards say
the same. What belongs to a row, such as look-up rows, goes with it: packages extend `erased` and `kept` for their
tables.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from chalicelib.kernel import declaration
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo.model import Document, Row
from chalicelib.kernel.privacy import Kept
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work
from chalicelib.privacy.data_map import service as data_map
from chalicelib.privacy.persons import content, events, repository
from chalicelib.privacy.persons.content import Leaf, Path
from chalicelib.privacy.persons.schemas import FindingPortion
from chalicelib.privacy.persons.tables import PersonFinding

_ERASED, _KEPT = "erased", "kept"
_AT_ONCE = 100
"""Rows that are read together: what one round trip brings."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an erasure does with a row. leaves: what it takes out. objects: the attributes whose files it deletes. kept:
    what stays although it is the person's, each with its fields."""

    row: Row
    leaves: list[Leaf]
    objects: list[str]
    kept: list[tuple[Kept, list[str]]]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be done."""
        return not self.leaves and not self.objects


def plan(work: Work, finding: PersonFinding) -> Plan | None:
    """The plan of a row; None when it does not exist any more."""
    row = work.read(repository.row_ref(finding))[0]
    if row is None:
        return None
    wanted = finding.counted
    kept = list(_kept(work, finding.table, row))
    taken, stays = [], {each: list[str]() for each in kept}
    for leaf in filter(content.goes, leaves(row, wanted)):
        reason = next((each for each in kept if _covers(each, leaf.path)), None)
        if reason is None:
            taken.append(leaf)
        elif leaf.field not in stays[reason]:
            stays[reason].append(leaf.field)
    objects = [] if _whole(kept) else list(_objects(row, wanted))
    return Plan(row, taken, objects, [(each, fields) for each, fields in stays.items() if fields])


@use_case(events.ERASED)
def erase(work: Work, search_id: str, entry: str) -> None:
    """Erases what is the person's in one row, with the stored answers that show it."""
    finding = repository.load_finding(work, search_id, entry)
    found = plan(work, finding)
    work.mention("person_search", search_id)
    if found is not None:
        if not found.is_empty:
            _write(work, finding.table, found)
        if isinstance(found.row, Document):
            work.erase_answers(found.row)
        elif finding.part_of is not None:
            table, *key = finding.part_of
            whole = work.find(data_map.model_of(table), *key)
            if isinstance(whole, Document):
                work.erase_answers(whole)
    finding.erased_round = finding.round
    work.overwrite(finding)


def _write(work: Work, table: str, found: Plan) -> None:
    row = found.row
    before = type(row).read(row.item())
    content.erase(row, found.leaves)
    for name in found.objects:
        row.attribute_values[name] = None
    if table in declaration.extended(_ERASED):
        follow: Callable[[Work, Row, Row], None] = declaration.extension(_ERASED, table, "erased")
        follow(work, before, row)
    if isinstance(row, Document):
        work.save(row)
    else:
        work.overwrite(row)


def plans(call: Call, findings: Iterable[PersonFinding]) -> Iterator[tuple[PersonFinding, Plan]]:
    """The plans of what counts, for rows that are there; some read together."""
    counted = [each for each in findings if each.is_counted]
    for start in range(0, len(counted), _AT_ONCE):
        work, some = Work(call), counted[start : start + _AT_ONCE]
        work.fetch(*(repository.row_ref(each) for each in some))
        for finding in some:
            found = plan(work, finding)
            if found is not None:
                yield finding, found


def left(call: Call, findings: Iterable[PersonFinding]) -> int:
    """Of how many rows an erasure would take something."""
    return sum(not found.is_empty for _, found in plans(call, findings))


def _kept(work: Work, table: str, row: Row) -> Iterator[Kept]:
    persons = type(row).persons
    if persons is not None and persons.kept:
        yield Kept((), persons.kept)
    if table in declaration.extended(_KEPT):
        keep: Callable[[Work, Row], list[Kept]] = declaration.extension(_KEPT, table, "kept")
        yield from keep(work, row)


def leaves(row: Row, portions: list[FindingPortion]) -> Iterator[Leaf]:
    """The personal fields of a row that lie in these portions by now. Of a structure all fields but its free texts, of
    which each is a portion of its own."""
    paths = {tuple(each.path) for each in portions}
    for block in content.blocks(row):
        if block.path in paths:
            yield from block.leaves
        yield from (leaf for leaf in block.texts if leaf.path in paths)


def _objects(row: Row, portions: list[FindingPortion]) -> Iterator[str]:
    persons = type(row).persons
    for name in persons.objects if persons else ():
        if [name] in [each.path for each in portions] and row.attribute_values.get(name):
            yield name


def _covers(kept: Kept, path: Path) -> bool:
    return path[: len(kept.path)] == kept.path


def _whole(kept: list[Kept]) -> bool:
    return any(not each.path for each in kept)
