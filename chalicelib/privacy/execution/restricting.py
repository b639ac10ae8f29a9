"""Stops uses of a person's data."""

from chalicelib.kernel.call import Call
from chalicelib.kernel.use_case import commit
from chalicelib.parties.parties import restrictions
from chalicelib.parties.parties.schemas import RestrictedUse
from chalicelib.privacy.requests import concerned, execution
from chalicelib.privacy.requests.content_schemas import PrivacyRequestKind
from chalicelib.privacy.requests.tables import PrivacyRequest

_STOPPED = {
    PrivacyRequestKind.RESTRICTION: frozenset(RestrictedUse),
    PrivacyRequestKind.OBJECTION: frozenset({RestrictedUse.MARKETING}),
}


def execute(call: Call, row: PrivacyRequest) -> None:
    """Restricts the customers and vendors that are the person's, each in a commit of its own."""
    for party_id in concerned.parties(call, row):
        commit(call, restrictions.add, party_id, _STOPPED[row.kind])
    commit(call, execution.executed, row.id, concerned.recipients(call, row))
