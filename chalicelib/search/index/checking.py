"""The check of search: whether every document is found as it should be, and its repair.

A job goes through the tenant's feed, which names every document that there ever was, and compares each with its
entries. The consumer follows seconds behind, so a difference counts only if it shows twice, some seconds apart. A
repair asks the consumer to index a document anew, because nobody else writes entries; after a change of the key that is
every document.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from chalicelib.events import feed, heads
from chalicelib.jobs import registry
from chalicelib.jobs import service as jobs
from chalicelib.jobs.schemas import Job, Report, Step
from chalicelib.kernel import declaration, quotas
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.quotas import Allowance
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work
from chalicelib.search.index import events, writing
from chalicelib.search.index.schemas import NewSearchCheck, SearchCheckStarted
from chalicelib.search.index.tables import SearchEntry

KIND = "search.check"
CHECKS = Allowance("search_checks", "day", 20, "Checks of what documents are found by.")
MOST_REPORTED = 200
"""Further differences are only counted."""
SECONDS_BETWEEN_LOOKS = 5.0
_PAGE = 100
_DOCUMENTS = 100
"""A step ends with the entry of the feed that reaches so many documents; an entry names 50 at most."""
_AT_ONCE = 10
"""So many documents are named by one entry of the journal, each of which the consumer writes anew."""


class Wrong(StrEnum):
    """`missing`: a document is not found. `outdated`: it is not found by what it says by now, or with an old key.
    `incomplete`: entries are gone. `left_over`: there are entries of a document that does not exist."""

    MISSING = "missing"
    OUTDATED = "outdated"
    INCOMPLETE = "incomplete"
    LEFT_OVER = "left_over"


class Difference(NamedTuple):
    """A document that is not found as it should be."""

    kind: str
    id: str
    wrong: Wrong


@use_case(events.CHECK_STARTED)
def begin(work: Work, command: NewSearchCheck) -> SearchCheckStarted:
    """Starts the check as a job. QuotaReached after enough checks today, unless the product itself is the caller."""
    if work.call.kind != "system":
        quotas.take(work, CHECKS)
    return SearchCheckStarted(job_id=jobs.start(work, KIND, "all", args={"repair": command.repair}))


@use_case(events.ASKED)
def ask(work: Work, document_ids: list[str]) -> None:
    """Has documents indexed anew."""
    work.annotate(entity=events.ASKED.entity, entity_id=document_ids[0], subjects=document_ids[1:])


@registry.handler(KIND)
def step(call: Call, job: Job) -> Step:
    """Compares the documents of one page of the feed; those that differ once more in the step after."""
    total = job.total or heads.read(call.tenant).number
    report: Report = dict(job.report)
    suspects = report.pop("suspects", None)
    if isinstance(suspects, list):
        named = [(str(each["kind"]), str(each["id"])) for each in suspects]
        _settle(call, report, differences(call, named), repair=job.args.get("repair") is True)
        return Step(done=job.progress >= total, progress=job.progress, total=total, report=report)
    lines = feed.headlines(call.tenant, job.progress, min(_PAGE, total - job.progress))
    wanted = [line for line in lines if line.event != events.ASKED.name and events.TOPIC in _topics(line.event)]
    changes = feed.read(wanted)
    progress = lines[-1].number if lines else total
    if len(changes) < len(wanted):
        progress = changes[-1].number if changes else job.progress
    seen: set[tuple[str, str]] = set()
    for change in changes:
        seen |= writing.named(change)
        if len(seen) >= _DOCUMENTS:
            progress = change.number
            break
    found = differences(call, sorted(seen))
    report["documents"] = _count(report, "documents") + len(seen)
    report.setdefault("wrong_count", 0)
    if not found:
        return Step(done=progress >= total, progress=progress, total=total, report=report)
    report["suspects"] = [{"kind": each.kind, "id": each.id} for each in found]
    return Step(done=False, progress=progress, total=total, report=report, wait_seconds=SECONDS_BETWEEN_LOOKS)


def differences(call: Call, named: Iterable[tuple[str, str]]) -> list[Difference]:
    """Which documents, by kind and id, are not found as they should be."""
    by_kind: dict[str, list[str]] = {}
    for kind, document_id in named:
        by_kind.setdefault(kind, []).append(document_id)
    return [each for kind, document_ids in by_kind.items() for each in _of_kind(call, kind, document_ids)]


def _of_kind(call: Call, kind: str, document_ids: list[str]) -> Iterable[Difference]:
    before = writing.manifests(call.tenant, kind, document_ids)
    after = {each.id: writing.indexed(call.tenant, kind, each) for each in writing.read(call, kind, document_ids)}
    refs = {
        document_id: [Ref(SearchEntry, *key) for key in row.keys(call.tenant, kind)]
        for document_id, row in before.items()
    }
    items = store.get_many([ref for each in refs.values() for ref in each]) if any(refs.values()) else {}
    for document_id in document_ids:
        old, new = before.get(document_id), after.get(document_id)
        if old is None and new is not None:
            yield Difference(kind, document_id, Wrong.MISSING)
        elif old is not None and new is None:
            yield Difference(kind, document_id, Wrong.LEFT_OVER)
        elif not writing.is_same(old, new):
            yield Difference(kind, document_id, Wrong.OUTDATED)
        elif any(items[ref] is None for ref in refs.get(document_id, ())):
            yield Difference(kind, document_id, Wrong.INCOMPLETE)


def _settle(call: Call, report: Report, found: list[Difference], *, repair: bool) -> None:
    """Reports what was wrong twice, and has it repaired if that is wanted."""
    report["wrong_count"] = _count(report, "wrong_count") + len(found)
    shown = report.get("wrong")
    rows = list(shown) if isinstance(shown, list) else []
    rows += [{"kind": each.kind, "id": each.id, "wrong": each.wrong, "repaired": repair} for each in found]
    report["wrong"] = rows[:MOST_REPORTED]
    document_ids = sorted({each.id for each in found})
    for start in range(0, len(document_ids) if repair else 0, _AT_ONCE):
        commit(call, ask, document_ids[start : start + _AT_ONCE])


def _topics(event: str) -> tuple[str, ...]:
    found = declaration.events().get(event)
    return () if found is None else found.topics


def _count(report: Report, name: str) -> int:
    value = report.get(name)
    return value if isinstance(value, int) else 0
