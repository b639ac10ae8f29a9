"""API schemas of vendors."""

from typing import Annotated

from msgspec import UNSET, UnsetType

from chalicelib.kernel import ids
from chalicelib.kernel.schemas import AllowedTransitions, Stamped
from chalicelib.parties.parties.queries import PartyQuery
from chalicelib.parties.parties.schemas import (
    MergedInto,
    PartyChange,
    PartyFields,
    RestrictedUses,
    Roles,
    Status,
)
from chalicelib.parties.parties.terms import (
    LeadTime,
    MinimumOrder,
    OwnNumber,
    PurchaseCurrency,
    VendorNumber,
    VendorPaymentTerms,
)

VendorId = Annotated[str, ids.described("pty", "the vendor")]


class VendorFields(PartyFields, frozen=True, kw_only=True):
    """The fields of a vendor that callers can set."""

    number: VendorNumber | None = None
    own_customer_number: OwnNumber | None = None
    currency: PurchaseCurrency | None = None
    terms: VendorPaymentTerms | None = None
    lead_time_days: LeadTime | None = None
    minimum_order: MinimumOrder | None = None


class NewVendor(VendorFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A vendor to create."""


class VendorChange(PartyChange, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the given fields change; null clears an optional field. Lists are replaced as a whole."""

    number: VendorNumber | UnsetType | None = UNSET
    own_customer_number: OwnNumber | UnsetType | None = UNSET
    currency: PurchaseCurrency | UnsetType | None = UNSET
    terms: VendorPaymentTerms | UnsetType | None = UNSET
    lead_time_days: LeadTime | UnsetType | None = UNSET
    minimum_order: MinimumOrder | UnsetType | None = UNSET


class Vendor(VendorFields, Stamped, frozen=True, kw_only=True):
    """A person or company that sells to you."""

    id: VendorId
    roles: Roles
    status: Status
    merged_into: MergedInto | None
    restricted_uses: RestrictedUses
    allowed_transitions: AllowedTransitions


class VendorQuery(PartyQuery, frozen=True, kw_only=True):
    """At most one of updated_since, email, phone, tax_id, number, and external_system with external_id. Status and kind
    can be combined with updated_since, or be given alone."""
