"""API schemas of customers."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from chalicelib.catalog.tax_codes.schemas import TaxTreatment
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
    CreditLimit,
    CustomerNumber,
    CustomerPaymentTerms,
    CustomerPrices,
    DefaultWarehouse,
    Exemption,
    Group,
    SaleCurrency,
    Treatment,
)

CustomerId = Annotated[str, ids.described("pty", "the customer")]


class CustomerFields(PartyFields, frozen=True, kw_only=True):
    """The fields of a customer that callers can set."""

    number: CustomerNumber | None = None
    currency: SaleCurrency | None = None
    price_list_id: CustomerPrices | None = None
    group: Group | None = None
    credit_limit: CreditLimit | None = None
    terms: CustomerPaymentTerms | None = None
    tax_treatment: Treatment = TaxTreatment.TAXABLE
    tax_exemption: Exemption | None = None
    default_warehouse_id: DefaultWarehouse | None = None


class NewCustomer(CustomerFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A customer to create."""


class CustomerOwnChange(PartyChange, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Changes of the fields of a customer that name no other document."""

    number: CustomerNumber | UnsetType | None = UNSET
    currency: SaleCurrency | UnsetType | None = UNSET
    group: Group | UnsetType | None = UNSET
    credit_limit: CreditLimit | UnsetType | None = UNSET
    terms: CustomerPaymentTerms | UnsetType | None = UNSET
    tax_treatment: Treatment | UnsetType = UNSET
    tax_exemption: Exemption | UnsetType | None = UNSET


class CustomerChange(CustomerOwnChange, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the given fields change; null clears an optional field. Lists are replaced as a whole."""

    price_list_id: CustomerPrices | UnsetType | None = UNSET
    default_warehouse_id: DefaultWarehouse | UnsetType | None = UNSET


class Customer(CustomerFields, Stamped, frozen=True, kw_only=True):
    """A person or company that buys."""

    id: CustomerId
    roles: Roles
    status: Status
    merged_into: MergedInto | None
    restricted_uses: RestrictedUses
    allowed_transitions: AllowedTransitions


class CustomerQuery(PartyQuery, frozen=True, kw_only=True):
    """At most one of updated_since, email, phone, tax_id, number, and external_system with external_id. Status, kind
    and group can be combined with updated_since, or be given alone."""

    group: Annotated[Group, Meta(description="Only customers of this group; case does not matter.")] | None = None
