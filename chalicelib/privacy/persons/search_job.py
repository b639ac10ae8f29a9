"""The job that goes through all data of a tenant, once for all searches that wait, and notes what is whose."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from chalicelib.jobs import registry
from chalicelib.jobs.schemas import Job, Report, Step
from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store, units
from chalicelib.kernel.dynamo.model import Document, Row
from chalicelib.kernel.tenant import parts_of
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work
from chalicelib.privacy.data_map import service as data_map
from chalicelib.privacy.persons import content, counting, erasing, events, files, matching, repository, walk
from chalicelib.privacy.persons.schemas import FindingPortion, FindingSign, PersonDataCount, PersonSearchState
from chalicelib.privacy.persons.sought import Matcher, Sought, joined
from chalicelib.privacy.persons.states import PERSON_SEARCH
from chalicelib.privacy.persons.tables import PersonFinding, PersonSearch
from chalicelib.privacy.persons.walk import Place, Seen

KIND = "privacy.search"
_UNDER_WAY = frozenset({PersonSearchState.SEARCHING, PersonSearchState.VERIFYING})
_SECONDS = 5.0
"""A step reads pages for so long."""


@dataclass
class _Person:
    """One search under way. is_proof: whether it shows that an erasure has left nothing. learned, documents: what the
    person's documents tell of him, and how rows name them; both grow. named: those of them that somebody has named."""

    search_id: str
    round: int
    is_proof: bool
    sought: Sought
    learned: Sought
    documents: set[str]
    named: set[str]
    grown: bool = False
    found: list[PersonFinding] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.matcher = Matcher(self.sought, self.learned)

    def learn(self, told: Sought) -> None:
        """Takes over what a document of the person tells of him."""
        known = joined(self.learned, told)
        if known != self.learned:
            self.learned, self.grown = known, True
            self.matcher = Matcher(self.sought, known)


@use_case(events.LED)
def lead(work: Work, search_id: str, job_id: str) -> None:
    """Lets a job do the search, if it is not another one's already."""
    row = repository.load(work, search_id)
    if row.led_by is None and row.state in _UNDER_WAY:
        row.led_by = job_id
        work.save(row)


@use_case(events.FOLLOWED)
def follow(work: Work, search_id: str, documents: list[str], learned: Sought) -> None:
    """Stores which documents the search follows, and what they tell."""
    row = repository.load(work, search_id)
    row.found, row.learned = sorted({*(row.found or ()), *documents}), learned
    work.save(row)


@use_case(events.FINISHED)
def finish(work: Work, search_id: str, counts: list[PersonDataCount], left: int) -> None:
    """Ends a search with its counts. left: of how many rows something is there that an erasure should have taken."""
    row = repository.load(work, search_id)
    if row.state is PersonSearchState.VERIFYING:
        PERSON_SEARCH.take(row, "prove", PersonSearchState.FOUND if left else PersonSearchState.ERASED)
        work.erase_answers(row)
    else:
        PERSON_SEARCH.take(row, "finish")
    row.counts, row.left, row.led_by = counts, left or None, None
    work.save(row)


@registry.handler(KIND)
def step(call: Call, job: Job) -> Step:
    """Reads some pages for all searches that this job leads; the last step counts what was found."""
    place, again = _place(job.report), job.report.get("again") is True
    if job.progress == 0 and place == Place():
        _take_over(call, job)
    led = [row for row in repository.searches(call) if row.led_by == job.id]
    people = [_person(row) for row in led]
    total = len(walk.tables())
    if not people:
        return Step(done=True, progress=total, total=total)
    until = clock.monotonic() + _SECONDS
    while True:
        page = walk.page(call.tenant, place)
        if page.table is None:
            _finish(call, people)
            return Step(done=True, progress=total, total=total, report={})
        for seen in page.rows:
            _look(call, people, seen)
        again = again or any(each.grown for each in people)
        _store(call, people)
        place, again = _next(place, page, again)
        if clock.monotonic() > until:
            return Step(done=False, progress=place.table, total=total, report=_report(place, again))


def _next(place: Place, page: walk.Page, again: bool) -> tuple[Place, bool]:
    """Where to go on: a table whose rows are about others of it is gone through again when some were found in it."""
    if page.next.table == place.table:
        return page.next, again
    is_chained = page.table is not None and page.table.persons is not None and page.table.persons.chained
    return (Place(table=place.table), False) if again and is_chained else (page.next, False)


def _take_over(call: Call, job: Job) -> None:
    """Leads all searches that wait."""
    for row in repository.searches(call):
        if row.state in _UNDER_WAY and row.led_by is None:
            commit(call, lead, row.id, job.id)


def _person(row: PersonSearch) -> _Person:
    named, is_proof = set(row.sought.document_ids), row.state is PersonSearchState.VERIFYING
    known = row.learned or Sought()
    return _Person(row.id, row.round, is_proof, row.sought, known, named | set(row.found or ()), named)


def _look(call: Call, people: Iterable[_Person], seen: Seen) -> None:
    """Notes what of a row, and of its files, is whose."""
    row, names = seen.row, set(seen.row.known_as())
    about, blocks, texts = _about(row) | names, content.blocks(row), files.of(row)
    for person in people:
        is_linked = not person.documents.isdisjoint(about)
        is_own = not person.documents.isdisjoint(names) and (row.is_person or not person.named.isdisjoint(names))
        if row.is_person and not is_own and matching.is_reached(person.matcher, blocks):
            is_own = is_linked = True
        if is_own and row.is_person:
            person.learn(matching.learned(blocks))
        found = matching.portions(person.matcher, blocks, is_linked=is_linked, is_own=is_own)
        for name, text in texts:
            sign = FindingSign.DOCUMENT if is_linked else matching.in_text(person.matcher, text)
            if sign is not None:
                found.append(FindingPortion(path=[name], fields=[name], sign=sign))
        if is_linked and isinstance(row, Document) and not person.documents.issuperset(names):
            person.documents |= names
            person.grown = True
        if found or is_linked:
            size = units.item_size(row.item()) + sum(len(text) for _, text in texts)
            person.found.append(_finding(call, person, seen, found, size))


def _about(row: Row) -> set[str]:
    """The names of the documents that the row is about."""
    persons = type(row).persons
    values = (row.attribute_values.get(name) for name in (persons.about if persons else ()))
    return {parts_of(value)[-1] for value in values if isinstance(value, str)}


def _finding(call: Call, person: _Person, seen: Seen, found: list[FindingPortion], size: int) -> PersonFinding:
    row, whole = seen
    table, key = data_map.table_of(type(row)), store.ref_of(row)
    return PersonFinding(
        partition=call.tenant.key(person.search_id),
        entry=repository.entry(table, row),
        table=table,
        row_hash=key.hash_key,
        row_range=None if key.range_key is None else str(key.range_key),
        document_id=whole.id if whole is not None else row.id if isinstance(row, Document) else None,
        part_of=None if whole is None else [data_map.table_of(type(whole)), whole.partition, whole.id],
        portions=found,
        bytes=size,
        round=person.round,
    )


def _store(call: Call, people: Iterable[_Person]) -> None:
    for person in people:
        if person.grown:
            commit(call, follow, person.search_id, sorted(person.documents), person.learned)
            person.grown = False
        if person.found:
            before = repository.known(person.found)
            for each in person.found:
                old = before.get(each.partition + each.entry)
                each.is_included = None if old is None else old.is_included
                each.erased_round = None if old is None else old.erased_round
            repository.keep(person.found)
        person.found = []


def _finish(call: Call, people: Iterable[_Person]) -> None:
    """Counts what was found in this round; what was found before and is not there any more is forgotten."""
    for person in people:
        found = repository.findings(call, person.search_id)
        current = [each for each in found if each.round == person.round]
        repository.keep((), [each for each in found if each.round != person.round])
        left = erasing.left(call, current) if person.is_proof else 0
        commit(call, finish, person.search_id, counting.counts(current), left)


def _place(report: Report) -> Place:
    text = report.get("place")
    return msgspec.json.decode(text, type=Place) if isinstance(text, str) else Place()


def _report(place: Place, again: bool) -> Report:
    return {"place": msgspec.json.encode(place).decode(), "again": again}
