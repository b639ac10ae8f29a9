"""API schemas of customers."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.kernel import ids
from chalicelib.kernel.address import Address, Email, Name, Phone
from chalicelib.kernel.external_refs import ExternalId, ExternalRefs, ExternalSystem
from chalicelib.kernel.lifecycle import LifecycleStatus
from chalicelib.kernel.lists import PageQuery
from chalicelib.kernel.money import Currency
from chalicelib.kernel.privacy import BUSINESS, CONTACT, IDENTITY, marked
from chalicelib.kernel.schemas import AllowedTransitions, Schema, Stamped

TaxId = Annotated[
    str,
    Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ./-]{1,31}$", description="The tax or VAT number.", examples=["DE129273398"]),
]
CustomerId = Annotated[str, ids.described("cus", "a customer")]
Notes = Annotated[str, Meta(max_length=4000, description="Free text for internal use.")]


class CustomerKind(StrEnum):
    PERSON = "person"
    COMPANY = "company"


class CustomerAddressKind(StrEnum):
    BILLING = "billing"
    SHIPPING = "shipping"
    OTHER = "other"


class CustomerAddress(Address, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An address of a customer. The first one of each kind is the default."""

    kind: Annotated[CustomerAddressKind, marked(BUSINESS)]


class Contact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A contact person, with at least one of name, email and phone. The first contact's e-mail is the customer's."""

    name: Annotated[Name | None, marked(IDENTITY)] = None
    email: Annotated[Email | None, marked(CONTACT)] = None
    phone: Annotated[Phone | None, marked(CONTACT)] = None
    role: Annotated[Annotated[str, Meta(min_length=1, max_length=120)] | None, marked(IDENTITY)] = None


class PaymentTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Payment terms. `due_days`: an invoice is due this many days after its date."""

    due_days: Annotated[int, Meta(ge=0, le=365)]
    code: Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$", examples=["NET30"])] | None = None


Contacts = Annotated[list[Contact], Meta(max_length=20, description="Contact persons; the first one is the default.")]
Addresses = Annotated[list[CustomerAddress], Meta(max_length=20, description="Addresses for billing and shipping.")]


class CustomerFields(Schema, frozen=True, kw_only=True):
    """The fields of a customer that callers can set."""

    kind: CustomerKind
    name: Name
    contacts: Contacts = []
    addresses: Addresses = []
    tax_id: TaxId | None = None
    currency: Currency | None = None
    terms: PaymentTerms | None = None
    notes: Notes = ""
    external_refs: ExternalRefs = []


class NewCustomer(CustomerFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A customer to create."""


class CustomerChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the given fields change; null clears an optional field. Lists are replaced as a whole."""

    kind: CustomerKind | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    contacts: Contacts | UnsetType = UNSET
    addresses: Addresses | UnsetType = UNSET
    tax_id: TaxId | UnsetType | None = UNSET
    currency: Currency | UnsetType | None = UNSET
    terms: PaymentTerms | UnsetType | None = UNSET
    notes: Notes | UnsetType = UNSET
    external_refs: ExternalRefs | UnsetType = UNSET


class Customer(CustomerFields, Stamped, frozen=True, kw_only=True):
    """A person or company that buys."""

    id: CustomerId
    status: LifecycleStatus
    allowed_transitions: AllowedTransitions


class CustomerSort(StrEnum):
    """By time of creation, or by the last change; `-` reverses the order."""

    CREATED = "created_at"
    CREATED_DOWN = "-created_at"
    UPDATED = "updated_at"
    UPDATED_DOWN = "-updated_at"


class CustomerQuery(PageQuery, frozen=True, kw_only=True):
    """At most one of updated_since, email, and external_system with external_id; status can be combined with
    updated_since."""

    sort: Annotated[CustomerSort, Meta(description="The sort order; newest first by default.")] | None = None
    updated_since: Annotated[datetime, Meta(tz=True, description="Changed at or after this time.")] | None = None
    email: Annotated[Email, Meta(description="The exact address, ignoring case.")] | None = None
    external_system: ExternalSystem | None = None
    external_id: ExternalId | None = None
    status: LifecycleStatus | None = None
