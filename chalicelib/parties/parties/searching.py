"""Parties as search finds them."""

from collections.abc import Collection

from chalicelib.kernel.call import Call
from chalicelib.parties.parties import repository
from chalicelib.parties.parties.schemas import PartyRole, PartyStatus, RestrictedUse
from chalicelib.parties.parties.tables import Party
from chalicelib.search.index.documents import SearchDocument


def customers(call: Call, party_ids: Collection[str]) -> list[SearchDocument]:
    """The customers with these ids, without those that were merged into others or may not be searched."""
    return _documents(call, PartyRole.CUSTOMER, party_ids)


def vendors(call: Call, party_ids: Collection[str]) -> list[SearchDocument]:
    """The vendors with these ids, without those that were merged into others or may not be searched."""
    return _documents(call, PartyRole.VENDOR, party_ids)


def _documents(call: Call, role: PartyRole, party_ids: Collection[str]) -> list[SearchDocument]:
    rows = repository.read_all(call, party_ids)
    return [
        _document(row, role)
        for row in rows
        if row.status is not PartyStatus.MERGED
        and row.terms(role) is not None
        and RestrictedUse.SEARCH not in (row.restricted_uses or ())
    ]


def _document(row: Party, role: PartyRole) -> SearchDocument:
    terms, contacts = row.terms(role), row.contacts or []
    number = None if terms is None else terms.number
    return SearchDocument(
        id=row.id,
        title=row.name,
        code=number,
        status=row.status,
        names=[each for each in (row.name, row.legal_name, *(contact.name for contact in contacts)) if each],
        # Some systems use addresses and names as ids: these are no codes, and must not stand in keys.
        codes=[ref.id for ref in row.external_refs or [] if "@" not in ref.id and any(map(str.isdigit, ref.id))],
        numbers=[number] if number else [],
        emails=[contact.email for contact in contacts if contact.email],
        phones=[contact.phone for contact in contacts if contact.phone],
    )
