"""Which documents are the person's, and who has the data too."""

from chalicelib.kernel import ids
from chalicelib.kernel.call import Call
from chalicelib.privacy.persons import service as persons
from chalicelib.privacy.requests.tables import PrivacyRequest


def parties(call: Call, row: PrivacyRequest) -> list[str]:
    """The ids of customers and vendors that are the person's: those named by hand, and those that the search found."""
    found = set(row.subject.document_ids)
    if row.search_id is not None:
        found |= set(persons.read(call, row.search_id).found_document_ids)
    return sorted(each for each in found if ids.is_valid("pty", each))


def recipients(call: Call, row: PrivacyRequest) -> list[str]:
    """The connected platforms that have the data too, by what the search has found."""
    return [] if row.search_id is None else persons.holders(call, row.search_id)
