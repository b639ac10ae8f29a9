"""Matching of customers of other systems: by their id there, else by e-mail address, else a new customer."""

import msgspec

from chalicelib.kernel import external_refs
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import AlreadyExists
from chalicelib.kernel.external_refs import ExternalRef
from chalicelib.kernel.uniques import Unique
from chalicelib.kernel.uniques import ref as unique_ref
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work
from chalicelib.parties.customers import service
from chalicelib.parties.customers.schemas import Customer, NewCustomer
from chalicelib.parties.parties import events, lookups, repository
from chalicelib.parties.parties.schemas import PartyRole, PartyStatus
from chalicelib.parties.parties.tables import MATCHED_EMAIL, REF_KIND, Party
from chalicelib.parties.parties.terms import CustomerTerms


def match_or_create(call: Call, command: NewCustomer, external: ExternalRef) -> Customer:
    """The customer with the reference `external`, found or created, and committed. Safe to repeat and to run
    concurrently: the second run finds the customer that the first one created."""
    try:
        return commit(call, match, command, external)
    except AlreadyExists:
        return commit(call, match, command, external)


@use_case(events.MATCHED)
def match(work: Work, command: NewCustomer, external: ExternalRef) -> Customer:
    """The customer with the reference `external`, active or archived. A party with the reference that is no customer
    yet becomes one. A customer that was merged is the one in its place.

    Else the active customer with the same e-mail address, to which only the reference is added; else a new customer.
    AlreadyExists when the reference was added by a concurrent match.
    """
    owner = work.owners(REF_KIND, [external.value]).get(external.value)
    if owner is not None:
        return service.view(_as_customer(work, owner))
    emails = lookups.emails(command.contacts)
    known = _by_email(work, emails[0]) if emails else None
    if known is None:
        row = service.add(work, msgspec.structs.replace(command, external_refs=[*command.external_refs, external]))
        if emails:
            _store_match(work, emails[0], row.id)
        return service.view(row)
    refs = known.external_refs or []
    # A concurrent match may have added the reference since `owner` was read.
    if external not in refs and len(refs) < external_refs.MOST:
        known.external_refs = [*refs, external]
        work.save(known)
    return service.view(known)


def _as_customer(work: Work, party_id: str) -> Party:
    row = repository.resolved(work, party_id)
    if row is None:
        raise TypeError("a reference belongs to no party")
    if row.customer is None:
        repository.grant(work, PartyRole.CUSTOMER, row, CustomerTerms())
        work.save(row)
    return row


def _by_email(work: Work, email: str) -> Party | None:
    """The active customer that an earlier match created for the address, else the oldest active one with the
    address."""
    earlier_match = work.find(Unique, *_key(work, email))
    ids = [earlier_match.owner] if earlier_match is not None else []
    ids += [customer.id for customer in service.find_by_email(work.call, email)]
    work.fetch(*(repository.ref(work.tenant, each) for each in ids))
    for party_id in ids:
        row = repository.resolved(work, party_id)
        if row is not None and row.customer is not None and _matches(row, email):
            return row
    return None


def _matches(row: Party, email: str) -> bool:
    return row.status is PartyStatus.ACTIVE and email in lookups.emails(row.contacts or [])


def _store_match(work: Work, email: str, customer_id: str) -> None:
    """Stores the match in a row for the address, so that concurrent matches of one address conflict and do not both
    create a customer."""
    earlier_match = work.find(Unique, *_key(work, email))
    partition, value = _key(work, email)
    row = Unique(partition=partition, value=value, owner=customer_id)
    work.overwrite(row, Unique.value.does_not_exist() if earlier_match is None else Unique.owner == earlier_match.owner)


def _key(work: Work, email: str) -> tuple[str, str]:
    ref: store.Ref = unique_ref(work.tenant, MATCHED_EMAIL, lookups.email_token(work.tenant, email))
    return ref.hash_key, str(ref.range_key)
