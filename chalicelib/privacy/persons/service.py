"""Use cases of searches for a person's data."""

from chalicelib.bulk.schemas import DownloadLink
from chalicelib.jobs import service as jobs
from chalicelib.kernel import ids
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo.model import Document
from chalicelib.kernel.errors import BadRequest, Conflict, NotFound
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import to_struct
from chalicelib.kernel.pages import Page
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.visibility import load_visible
from chalicelib.kernel.work import Work
from chalicelib.privacy.persons import (
    counting,
    erasing,
    erasure_job,
    events,
    holding,
    package_job,
    packages,
    previews,
    repository,
    search_job,
    tables,
)
from chalicelib.privacy.persons.errors import Undecided
from chalicelib.privacy.persons.schemas import (
    BeforeErasure,
    ErasurePreview,
    Finding,
    FindingQuery,
    FindingsOfSearch,
    NewPersonSearch,
    PersonSearch,
    PersonSearchQuery,
    PersonSearchState,
)
from chalicelib.privacy.persons.sought import Sought, joined
from chalicelib.privacy.persons.states import IDLE, PERSON_SEARCH


@use_case(events.STARTED)
def begin(work: Work, command: NewPersonSearch, request_id: str | None = None) -> PersonSearch:
    """Starts a search for everything that is stored of a person, as a job. BadRequest when nothing is known of him.
    request_id: the privacy request that needs it."""
    if not (command.names or command.emails or command.phones or command.document_ids):
        raise BadRequest("Say what is known of the person: a name, an address, a number or a document.")
    row = tables.PersonSearch(
        partition=work.tenant.key(),
        id=work.new_id("psn"),
        state=PersonSearchState.SEARCHING,
        sought=Sought(
            names=command.names, emails=command.emails, phones=command.phones, document_ids=command.document_ids
        ),
        round=1,
        request_id=request_id,
    )
    row.job_id = jobs.start(work, search_job.KIND, row.id, must_finish=True)
    work.create(row)
    return view(row)


@use_case(events.STARTED)
def repeat(work: Work, search_id: str) -> PersonSearch:
    """Goes through all data again; decisions about findings stay. TransitionRefused while it is searching."""
    row = work.load_for_update(tables.PersonSearch, work.tenant.key(), search_id)
    PERSON_SEARCH.take(row, "repeat")
    row.round += 1
    row.job_id = jobs.start(work, search_job.KIND, row.id, must_finish=True)
    work.save(row)
    return view(row)


@use_case(events.CHOSEN)
def choose(work: Work, search_id: str, finding_id: str, is_included: bool) -> PersonSearch:
    """Decides whether a finding is the person's. NotFound, TransitionRefused while it is searching."""
    row = work.load_for_update(tables.PersonSearch, work.tenant.key(), search_id)
    PERSON_SEARCH.take(row, "choose")
    chosen = repository.chosen(work, search_id, finding_id)
    if chosen is None:
        raise NotFound("There is no such finding.")
    before = type(chosen).read(chosen.item())
    chosen.is_included = is_included
    work.overwrite(chosen)
    row.counts = counting.recounted(row.counts or [], before, chosen)
    work.save(row)
    return view(row)


@use_case(events.ERASURE_STARTED)
def erase(work: Work, search_id: str) -> PersonSearch:
    """Starts the erasure of what was found, as a job. Undecided while findings wait for a decision; TransitionRefused
    before the search is at its end."""
    row = work.load_for_update(tables.PersonSearch, work.tenant.key(), search_id)
    PERSON_SEARCH.take(row, "erase")
    _require_decided(row)
    row.job_id = jobs.start(work, erasure_job.KIND, row.id, must_finish=True)
    work.save(row)
    return view(row)


@use_case(events.PACKING_STARTED)
def pack(work: Work, search_id: str) -> PersonSearch:
    """Starts a job that packs what was found, for the person. Undecided, TransitionRefused as `erase`."""
    row = work.load_for_update(tables.PersonSearch, work.tenant.key(), search_id)
    PERSON_SEARCH.take(row, "pack")
    _require_decided(row)
    row.job_id = jobs.start(work, package_job.KIND, row.id, must_finish=True)
    work.save(row)
    return view(row)


@use_case(events.PACKAGE_FETCHED)
def fetch(work: Work, search_id: str) -> DownloadLink:
    """A link to the package, for five minutes; that it was asked for is in the journal. Conflict when there is none,
    or its time is over."""
    row = work.load(tables.PersonSearch, work.tenant.key(), search_id)
    link = None
    if row.package_key is not None and row.packed_at is not None:
        link = packages.link(row.package_key, row.packed_at)
    if link is None:
        raise Conflict("There is no package, or its time is over: have one made.")
    work.mention(row.entity, row.id)
    return link


def forget(call: Call, search_id: str) -> None:
    """Removes by what the person was looked for, and where something was found. Nothing to do while the search goes on.
    Its counts stay, and its package for its own time."""
    state = load_visible(call, tables.PersonSearch, call.tenant.key(), search_id).state
    if state in IDLE:
        repository.keep((), repository.findings(call, search_id))
        if state is not PersonSearchState.FORGOTTEN:
            commit(call, forgotten, search_id)


@use_case(events.FORGOTTEN)
def forgotten(work: Work, search_id: str) -> None:
    """Removes by what the person was looked for. TransitionRefused."""
    row = repository.load(work, search_id)
    PERSON_SEARCH.take(row, "forget")
    row.sought, row.learned = Sought(document_ids=row.sought.document_ids), None
    work.erase_answers(row)
    work.save(row)


def require_decided(work: Work, search_id: str) -> None:
    """Undecided, or TransitionRefused, while a search cannot be acted upon."""
    row = repository.load(work, search_id)
    PERSON_SEARCH.require(row, "pack")
    _require_decided(row)


def request_of(call: Call, search_id: str) -> str | None:
    """The privacy request that a search was started for; None for other searches, and what is none."""
    if not ids.is_valid("psn", search_id):
        return None
    return load_visible(call, tables.PersonSearch, call.tenant.key(), search_id).request_id


def rounds(work: Work, search_id: str) -> int:
    """How often a search has gone through all data. NotFound."""
    return repository.load(work, search_id).round


def holders(call: Call, search_id: str) -> list[str]:
    """Which connected platforms have the person's data too, by what was found: those that his documents have ids of,
    and those that the disclosure log names."""
    return holding.platforms(plan.row for _, plan in erasing.plans(call, repository.findings(call, search_id)))


def is_packed(work: Work, search_id: str) -> bool:
    """Whether the package is that of the job which was started last. NotFound."""
    row = repository.load(work, search_id)
    return row.packed_by is not None and row.packed_by == row.job_id


def _require_decided(row: tables.PersonSearch) -> None:
    if any(each.possible for each in row.counts or ()):
        raise Undecided("Some findings have only the person's name: decide first whether they are the person's.")


def preview(call: Call, search_id: str) -> ErasurePreview:
    """What an erasure would do now. NotFound."""
    read(call, search_id)
    return previews.preview(*_planned(call, search_id))


def before_erasure(call: Call, search_id: str) -> BeforeErasure:
    """What nothing tells any more afterwards. NotFound."""
    search = repository.load(Work(call), search_id)
    plans, waiting = _planned(call, search_id)
    rows = [plan.row for _, plan in plans]
    own = (row for row in rows if isinstance(row, Document) and row.is_person)
    return BeforeErasure(
        preview=previews.preview(plans, waiting),
        holders=holding.platforms(rows),
        emails=joined(search.sought, search.learned or Sought()).emails,
        references=sorted({ref.value for row in own for ref in row.external_refs or ()}),
    )


def _planned(call: Call, search_id: str) -> tuple[list[tuple[tables.PersonFinding, erasing.Plan]], int]:
    """The plan of each row that was found, and how many findings wait for a decision."""
    found = repository.findings(call, search_id)
    return list(erasing.plans(call, found)), sum(each.is_waiting for each in found)


def read(call: Call, search_id: str) -> PersonSearch:
    """One search. NotFound."""
    return view(load_visible(call, tables.PersonSearch, call.tenant.key(), search_id))


def page(call: Call, query: PersonSearchQuery) -> Page[PersonSearch]:
    """A page of searches, newest first."""
    rows, cursor = paginate(tables.PersonSearch, tables.VIEWS, call, query)
    return Page([view(row) for row in rows], cursor)


def findings(call: Call, search_id: str, query: FindingQuery) -> Page[Finding]:
    """A page of what a search has found, table by table. NotFound."""
    read(call, search_id)
    choice = FindingsOfSearch(search_id=search_id, limit=query.limit, cursor=query.cursor, waiting=query.waiting)
    rows, cursor = paginate(tables.PersonFinding, tables.FINDING_VIEWS, call, choice)
    return Page([_finding(row) for row in rows], cursor)


def view(row: tables.PersonSearch) -> PersonSearch:
    """The search as the API shows it."""
    return to_struct(
        row,
        PersonSearch,
        names=row.sought.names,
        emails=row.sought.emails,
        phones=row.sought.phones,
        document_ids=row.sought.document_ids,
        found_document_ids=row.found or [],
        counts=row.counts or [],
        allowed_transitions=PERSON_SEARCH.allowed(row),
    )


def _finding(row: tables.PersonFinding) -> Finding:
    return Finding(
        id=repository.finding_id(row),
        table=row.table,
        document_id=row.document_id,
        portions=row.portions,
        bytes=row.bytes,
        is_certain=row.is_certain,
        is_included=row.is_included,
    )
