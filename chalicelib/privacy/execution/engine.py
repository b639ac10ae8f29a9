"""Carries out what persons ask for and officers grant. Each commit's entry of the feed leads to the next step, which
goes by what the request says now; so an entry that comes twice, or late, does nothing twice."""

from collections.abc import Callable, Mapping, Sequence

from chalicelib.events.schemas import Change
from chalicelib.kernel import ids
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import TransitionRefused
from chalicelib.kernel.use_case import commit
from chalicelib.privacy.execution import answering, correcting, erasing, packing, restricting, searching
from chalicelib.privacy.persons import service as persons
from chalicelib.privacy.requests import execution, repository
from chalicelib.privacy.requests.content_schemas import PrivacyRequestKind as Kind
from chalicelib.privacy.requests.schemas import PrivacyRequestStatus as Status
from chalicelib.privacy.requests.states import ENDED, is_granted
from chalicelib.privacy.requests.tables import PrivacyRequest

Piece = Callable[[Call, PrivacyRequest], None]
_EXECUTED_BY: Mapping[Kind, Piece] = {
    Kind.ACCESS: packing.execute,
    Kind.PORTABILITY: packing.execute,
    Kind.ERASURE: erasing.execute,
    Kind.CORRECTION: correcting.execute,
    Kind.RESTRICTION: restricting.execute,
    Kind.OBJECTION: restricting.execute,
}


def carry_out(call: Call, changes: Sequence[Change]) -> None:
    """Takes the next step of each request that the entries are about. May be repeated."""
    for entity_id in dict.fromkeys(change.entity_id for change in changes):
        for request_id in _requests(call, entity_id):
            try:
                _advance(call, repository.read(call, request_id))
            except TransitionRefused:
                continue  # somebody has taken another step meanwhile, whose own entry leads on


def _requests(call: Call, entity_id: str) -> list[str]:
    """The requests that wait for what has happened to a request, a search or a user."""
    if ids.is_valid("prq", entity_id):
        return [entity_id]
    if ids.is_valid("usr", entity_id):
        return repository.executing(call, entity_id)
    found = persons.request_of(call, entity_id)
    return [] if found is None else [found]


def _advance(call: Call, row: PrivacyRequest) -> None:
    if row.status in searching.UNDECIDED:
        searching.begin(call, row)
    elif row.status is Status.DECIDED and is_granted(row):
        commit(call, execution.begin_execution, row.id)
    elif row.status is Status.EXECUTING:
        _EXECUTED_BY[row.kind](call, row)
    elif row.status is Status.VERIFYING:
        _verify(call, row)
    elif row.status is Status.NOTIFYING_RECIPIENTS:
        answering.answer(call, row)
    elif row.status in ENDED and row.search_id is not None:
        persons.forget(call, row.search_id)  # a search that still goes on comes here again when it has finished


def _verify(call: Call, row: PrivacyRequest) -> None:
    """An erasure is proven by another search; of all else the commit that has done it is the proof."""
    if row.kind is Kind.ERASURE:
        erasing.verify(call, row)
    else:
        commit(call, execution.verified, row.id)
