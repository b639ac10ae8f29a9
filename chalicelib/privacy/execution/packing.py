"""Packs what is stored of a person who asked for it."""

from chalicelib.kernel.call import Call
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work
from chalicelib.privacy.execution.failing import fails
from chalicelib.privacy.persons import service as persons
from chalicelib.privacy.persons.errors import Undecided
from chalicelib.privacy.requests import events, execution, repository
from chalicelib.privacy.requests.schemas import PrivacyRequestStatus
from chalicelib.privacy.requests.tables import PrivacyRequest


def execute(call: Call, row: PrivacyRequest) -> None:
    """Starts the job that packs it, and notes when that is done."""
    if row.job_id is None:
        with fails(call, row, Undecided):
            commit(call, begin, row.id)
    else:
        commit(call, packed, row.id)


@use_case(events.PACKING_BEGUN)
def begin(work: Work, request_id: str) -> None:
    """Starts the job. Does nothing when it was started before. Undecided, TransitionRefused."""
    row = repository.load(work, request_id)
    if row.job_id is None and row.status is PrivacyRequestStatus.EXECUTING:
        work.mention(row.entity, row.id)
        row.job_id = persons.pack(work, repository.search_of(row)).job_id
        repository.save(work, row)


@use_case(events.EXECUTED)
def packed(work: Work, request_id: str) -> None:
    """Notes that the package is there, if it is."""
    row = repository.load(work, request_id)
    if persons.is_packed(work, repository.search_of(row)):
        execution.executed(work, request_id)
