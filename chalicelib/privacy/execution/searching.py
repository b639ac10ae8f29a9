"""Finds the person's data as soon as it is known who asks, so that officers see it when they decide."""

from chalicelib.kernel.call import Call
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work
from chalicelib.privacy.persons import service as persons
from chalicelib.privacy.persons.schemas import NewPersonSearch
from chalicelib.privacy.requests import events, repository
from chalicelib.privacy.requests.content_schemas import PrivacySubject
from chalicelib.privacy.requests.schemas import PrivacyRequestStatus
from chalicelib.privacy.requests.tables import PrivacyRequest

UNDECIDED = frozenset(
    {PrivacyRequestStatus.SCOPING, PrivacyRequestStatus.CLARIFICATION_NEEDED, PrivacyRequestStatus.APPEALED}
)
"""It is known who asks, and nothing was decided."""


def begin(call: Call, row: PrivacyRequest) -> None:
    """Begins the search, unless it has begun or there is nothing by which the person could be found."""
    if row.search_id is None and _is_known(row.subject):
        commit(call, search, row.id)


@use_case(events.SEARCH_BEGUN)
def search(work: Work, request_id: str) -> None:
    """Starts the search of a request. Does nothing when it was started before, or the request has gone on."""
    row = repository.load(work, request_id)
    if row.search_id is not None or row.status not in UNDECIDED:
        return
    subject = row.subject
    command = NewPersonSearch(
        names=[] if subject.name is None else [subject.name],
        emails=subject.emails,
        phones=subject.phones,
        document_ids=subject.document_ids,
    )
    work.mention(row.entity, row.id)
    row.search_id = persons.begin(work, command, row.id).id
    repository.save(work, row)


def _is_known(subject: PrivacySubject) -> bool:
    return bool(subject.name or subject.emails or subject.phones or subject.document_ids)
