"""Erases what is stored of a person: first the account, if it is one of ours, then all that the search has found, as
often as the search that proves it finds something left."""

from chalicelib.identity.users import service as users
from chalicelib.identity.users.schemas import UserStatus, UserSyncState
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import Conflict
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work
from chalicelib.privacy.execution.failing import fails
from chalicelib.privacy.persons import service as persons
from chalicelib.privacy.persons.errors import Undecided
from chalicelib.privacy.persons.schemas import BeforeErasure, PersonSearchState
from chalicelib.privacy.requests import concerned, events, execution, repository
from chalicelib.privacy.requests.schemas import PrivacyRequestStatus
from chalicelib.privacy.requests.tables import PrivacyRequest
from chalicelib.privacy.suppressions import service as suppressions

ROUNDS = 6
"""So often all data is gone through before an officer has to look why something is left."""


def execute(call: Call, row: PrivacyRequest) -> None:
    """Removes the account, starts the erasure, and notes when it is done and being proven."""
    search = persons.read(call, repository.search_of(row))
    if row.job_id is None:
        with fails(call, row, Undecided, Conflict):
            if not _remove_accounts(call, row):
                return
            if search.state is PersonSearchState.ERASED:  # by hand, before it was granted
                commit(call, execution.executed, row.id, concerned.recipients(call, row))
            if search.state is PersonSearchState.FOUND:
                commit(call, begin, row.id, persons.before_erasure(call, search.id))
    elif search.state in (PersonSearchState.VERIFYING, PersonSearchState.ERASED, PersonSearchState.FOUND):
        commit(call, execution.executed, row.id)


def verify(call: Call, row: PrivacyRequest) -> None:
    """Notes that nothing is left, or erases what has come meanwhile."""
    search = persons.read(call, repository.search_of(row))
    if search.state is PersonSearchState.ERASED:
        commit(call, execution.verified, row.id)
    elif search.state is PersonSearchState.FOUND:
        with fails(call, row, Undecided):
            commit(call, again, row.id)


@use_case(events.ERASURE_BEGUN)
def begin(work: Work, request_id: str, before: BeforeErasure) -> None:
    """Starts the erasure, and stores what later nothing tells: what it takes, what stays and why, who has the data too,
    and tokens of the person, so that no import brings him back. Does nothing when it was started before. Undecided,
    TransitionRefused."""
    row = repository.load(work, request_id)
    if row.job_id is None and row.status is PrivacyRequestStatus.EXECUTING:
        work.mention(row.entity, row.id)
        row.job_id = persons.erase(work, repository.search_of(row)).job_id
        suppressions.add(work, request_id, before.emails, before.references)
        row.erased = row.erased or before.preview
        execution.add_recipients(row, before.holders)
        repository.save(work, row)


@use_case(events.ERASURE_BEGUN)
def again(work: Work, request_id: str) -> None:
    """Erases what the proof has found. After too many rounds the step fails. Undecided, TransitionRefused."""
    row = repository.load(work, request_id)
    search_id = repository.search_of(row)
    if row.status is not PrivacyRequestStatus.VERIFYING:
        return
    if row.job_id is not None and persons.rounds(work, search_id) % ROUNDS == 0:
        execution.failed(work, request_id)
        work.annotate(event=events.FAILED)
        return
    work.mention(row.entity, row.id)
    row.job_id = persons.erase(work, search_id).job_id
    repository.save(work, row)


def _remove_accounts(call: Call, row: PrivacyRequest) -> bool:
    """Ends the accounts of users who want to be erased; False until Keycloak has none any more, because afterwards
    nothing would name it. Conflict for the last administrator of the tenant."""
    are_gone = True
    for user in users.of_ids(call, row.subject.document_ids):
        if user.status is not UserStatus.REMOVED:
            if users.is_last_administrator(call, user.id):
                raise Conflict("Make another user an administrator first.")
            commit(call, users.remove, user.id)
            are_gone = False
        elif user.sync is UserSyncState.PENDING:
            are_gone = False
    return are_gone
