"""Forgets by what a person was looked for once his request has ended."""

from chalicelib.kernel.call import Call
from chalicelib.privacy.persons import service as persons
from chalicelib.privacy.requests.tables import PrivacyRequest


def forget(call: Call, row: PrivacyRequest) -> None:
    """Removes names and addresses from the search of a request, with all that says where something was found. A search
    that still goes on comes here again when it has finished."""
    if row.search_id is not None:
        persons.forget(call, row.search_id)
