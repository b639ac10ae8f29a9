"""The tables of parties. External references and numbers are rows of `uniques`; all that is personal is looked up by
token."""

from datetime import datetime
from typing import Annotated

import msgspec
from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.kernel import uniques
from chalicelib.kernel.dynamo.attributes import Choice, Struct, Text
from chalicelib.kernel.dynamo.model import Document, Row, index_meta, meta
from chalicelib.kernel.external_refs import ExternalRef
from chalicelib.kernel.privacy import (
    ADDRESS,
    BUSINESS,
    CONTACT,
    FREE_TEXT,
    IDENTITY,
    NAME,
    USAGE,
    Partitions,
    Persons,
    marked,
)
from chalicelib.kernel.tenant import Tenant
from chalicelib.parties.parties.schemas import (
    PartyAddress,
    PartyContact,
    PartyKind,
    PartyRole,
    PartyStatus,
    PartyTerms,
    RestrictedUse,
    TaxId,
)
from chalicelib.parties.parties.terms import CustomerTerms, VendorTerms


class MergeRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What a merge has added to the party that remains, so that undoing it takes exactly that away. previous: the merge
    into the same party before this one, by the party that it was of."""

    at: datetime
    contacts: Annotated[list[PartyContact], marked(CONTACT)] = []
    addresses: Annotated[list[PartyAddress], marked(ADDRESS)] = []
    tax_ids: Annotated[list[TaxId], marked(IDENTITY)] = []
    external_refs: list[ExternalRef] = []
    customer: CustomerTerms | None = None
    vendor: VendorTerms | None = None
    previous: str | None = None

    def roles(self) -> list[tuple[PartyRole, PartyTerms]]:
        """The roles that the other party did not have, with their terms."""
        found = ((PartyRole.CUSTOMER, self.customer), (PartyRole.VENDOR, self.vendor))
        return [(role, terms) for role, terms in found if terms is not None]


class ByCustomer(GlobalSecondaryIndex["Party"]):
    Meta = index_meta("by_customer")
    customer_key = Text(BUSINESS, hash_key=True)
    id = Text(BUSINESS, range_key=True)


class ByCustomerUpdate(GlobalSecondaryIndex["Party"]):
    Meta = index_meta("by_customer_update")
    customer_update_key = Text(BUSINESS, hash_key=True)
    updated_at = Text(USAGE, range_key=True)


class ByVendor(GlobalSecondaryIndex["Party"]):
    Meta = index_meta("by_vendor")
    vendor_key = Text(BUSINESS, hash_key=True)
    id = Text(BUSINESS, range_key=True)


class ByVendorUpdate(GlobalSecondaryIndex["Party"]):
    Meta = index_meta("by_vendor_update")
    vendor_update_key = Text(BUSINESS, hash_key=True)
    updated_at = Text(USAGE, range_key=True)


class Party(Document):
    """Access: by id; those with a role that are not merged, and those that are, newest first (sparse indexes); those
    with a role, by time of change (sparse indexes). customer, vendor: the terms of a role; a party without the role has
    none. merged_into: the party that is used instead. merge: what undoing that takes. last_merged: the party that was
    last merged into this one. restricted_uses: None for no limits. Limit: 1,000 writes a second for a tenant."""

    Meta = meta("parties")
    entity = "party"
    persons = Persons(("customers", "vendors"), Partitions.ONE, about=("merged_into",), chained=True)
    kind: Choice[PartyKind] = Choice(BUSINESS, PartyKind)
    status: Choice[PartyStatus] = Choice(BUSINESS, PartyStatus)
    name = Text(NAME)
    legal_name = Text(NAME, null=True)
    contacts: Struct[list[PartyContact]] = Struct(CONTACT, list[PartyContact], null=True)
    addresses: Struct[list[PartyAddress]] = Struct(ADDRESS, list[PartyAddress], null=True)
    tax_ids: Struct[list[TaxId]] = Struct(IDENTITY, list[TaxId], null=True)
    language = Text(BUSINESS, null=True)
    notes = Text(FREE_TEXT, null=True)
    customer: Struct[CustomerTerms] = Struct(BUSINESS, CustomerTerms, null=True)
    vendor: Struct[VendorTerms] = Struct(BUSINESS, VendorTerms, null=True)
    merged_into = Text(BUSINESS, null=True)
    merge: Struct[MergeRecord] = Struct(BUSINESS, MergeRecord, null=True)
    last_merged = Text(BUSINESS, null=True)
    restricted_uses: Struct[list[RestrictedUse]] = Struct(BUSINESS, list[RestrictedUse], null=True)
    customer_key = Text(BUSINESS, null=True)
    customer_update_key = Text(BUSINESS, null=True)
    vendor_key = Text(BUSINESS, null=True)
    vendor_update_key = Text(BUSINESS, null=True)
    by_customer = ByCustomer()
    by_customer_update = ByCustomerUpdate()
    by_vendor = ByVendor()
    by_vendor_update = ByVendorUpdate()

    @property
    def is_person(self) -> bool:
        return self.kind is PartyKind.PERSON

    def terms(self, role: PartyRole) -> PartyTerms | None:
        """What is agreed with the party in the role; None when it does not have it."""
        return self.customer if role is PartyRole.CUSTOMER else self.vendor

    def roles(self) -> list[PartyRole]:
        """What the party is."""
        return [role for role in PartyRole if self.terms(role) is not None]

    def set_keys(self, tenant: Tenant) -> None:
        """Sets the keys of the indexes to what the party is."""
        state = "merged" if self.status is PartyStatus.MERGED else "present"
        is_customer, is_vendor = self.customer is not None, self.vendor is not None
        self.customer_key = tenant.key(PartyRole.CUSTOMER, state) if is_customer else None
        self.customer_update_key = tenant.key(PartyRole.CUSTOMER) if is_customer else None
        self.vendor_key = tenant.key(PartyRole.VENDOR, state) if is_vendor else None
        self.vendor_update_key = tenant.key(PartyRole.VENDOR) if is_vendor else None


class PartyLookup(Row):
    """Access: the parties with an e-mail address, a telephone number, a tax id or a place, by its token."""

    Meta = meta("party_lookups")
    partition = Text(BUSINESS, hash_key=True)
    party_id = Text(BUSINESS, range_key=True)


MATCHED_EMAIL = uniques.Kind("customer_email", "e-mail address", "customer", form=str)
"""By token: the customer that was made for the address of a buyer on a platform."""
REF_KIND = uniques.references(Party.entity)
NUMBER = {role: uniques.Kind(f"{role}_number", f"{role} number", role.value) for role in PartyRole}
