"""API schemas that customers and vendors share."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.kernel import ids
from chalicelib.kernel.address import Address, Country, Email, Name, Phone
from chalicelib.kernel.decimals import Amount
from chalicelib.kernel.external_refs import ExternalRefs
from chalicelib.kernel.money import Currency
from chalicelib.kernel.privacy import BUSINESS, CONTACT, IDENTITY, NAME, marked
from chalicelib.kernel.schemas import Schema, Stamped
from chalicelib.kernel.texts import formatted, line, one_line, prose
from chalicelib.parties.parties import languages

PartyId = Annotated[str, ids.described("pty", "the party: a customer, a vendor, or both")]
Notes = Annotated[str, prose(4000, description="Free text for internal use; empty when there is none.")]
Language = Annotated[
    str,
    formatted(
        r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3})){0,3}$",
        "Use a language tag such as de, pt-BR or zh-Hant.",
        accepts=languages.is_language,
        description="The language of what the party is sent, as a tag of BCP 47; null when nobody has said.",
        examples=["de-CH"],
    ),
]


class PartyRole(StrEnum):
    """What a party is to the tenant."""

    CUSTOMER = "customer"
    VENDOR = "vendor"


class PartyKind(StrEnum):
    """Whether the party is a person or a company."""

    PERSON = "person"
    COMPANY = "company"


class PartyStatus(StrEnum):
    """`active`: usable. `archived`: not usable in new documents; existing documents keep their reference. `merged`: it
    was merged into the party of `merged_into`, which new documents use in its place."""

    ACTIVE = "active"
    ARCHIVED = "archived"
    MERGED = "merged"


class PartyAddressKind(StrEnum):
    """What an address is for: `billing` for invoices, `shipping` for goods, `other` for anything else."""

    BILLING = "billing"
    SHIPPING = "shipping"
    OTHER = "other"


class RestrictedUse(StrEnum):
    """What data of a person may not be used for any more. `marketing`: nobody sends advertising; whoever does looks
    here. `search`: search does not find it; who has the id or the number still reads it."""

    MARKETING = "marketing"
    SEARCH = "search"


class PartyAddress(Address, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An address of a party. The first one of each kind is the default."""

    kind: Annotated[PartyAddressKind, marked(BUSINESS, "What the address is for.")]


class PartyContact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A contact person, with at least one of name, email and phone."""

    name: Annotated[Name | None, marked(NAME, "The name of the person; null when it is not known.")] = None
    email: Annotated[
        Email | None,
        marked(CONTACT, "The e-mail address, by which parties are found too; null when there is none."),
    ] = None
    phone: Annotated[
        Phone | None,
        marked(
            CONTACT, "The telephone number as it was typed, by which parties are found too; null when there is none."
        ),
    ] = None
    role: Annotated[
        Annotated[str, line(120)] | None,
        marked(IDENTITY, "What the person does there, such as purchasing; null when it is not known."),
    ] = None


class TaxIdType(StrEnum):
    """What a tax id is: `vat` for value added tax, `gst` for goods and services tax, `ein` for the employer number of
    the United States, `other` for any other number, of which only the form is checked."""

    VAT = "vat"
    GST = "gst"
    EIN = "ein"
    OTHER = "other"


class TaxId(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A number under which a tax office knows a party. Its check digits are checked for the countries whose rules are
    known, which are those of the European Union and many more."""

    type: Annotated[TaxIdType, marked(BUSINESS, "What kind of number it is.")]
    country: Annotated[Country, marked(BUSINESS, "The country whose tax office gave it.")]
    tax_number: Annotated[
        str,
        formatted(
            r"^[A-Za-z0-9][A-Za-z0-9 ./-]{1,31}$",
            "Use 2 to 32 letters, digits, blanks and . / - and begin with a letter or digit.",
            form=one_line,
            examples=["DE129273398"],
        ),
        marked(IDENTITY, "The number as it was typed, with or without the letters of its country."),
    ]


class PaymentTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When an invoice has to be paid."""

    due_days: Annotated[
        int, Meta(ge=0, le=365, description="How many days after its date an invoice is due; 0 for at once.")
    ]
    code: (
        Annotated[
            str,
            line(
                32,
                description="Your own name for these terms; null for none.",
                examples=["NET30"],
            ),
        ]
        | None
    ) = None


class MoneyAmount(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An amount of money with its currency."""

    amount: Annotated[Amount, Meta(description="The amount, with at most the decimal places of its currency.")]
    currency: Currency


Kind = Annotated[PartyKind, Meta(description="Whether it is a person or a company.")]
PartyName = Annotated[Name, Meta(description="The name of the person or company, as orders show it.")]
LegalName = Annotated[
    Name,
    Meta(description="Its full or second name, such as that in the commercial register; null when there is none."),
]
Contacts = Annotated[
    list[PartyContact],
    Meta(max_length=20, description="Contact persons; the first one is the default. A change replaces the whole list."),
]
Addresses = Annotated[
    list[PartyAddress],
    Meta(
        max_length=20,
        description="Postal addresses. New orders copy the first one of the needed kind, else the first one. A change "
        "replaces the whole list.",
    ),
]
TaxIds = Annotated[
    list[TaxId],
    Meta(max_length=8, description="Its tax numbers; the first one is the default. A change replaces the whole list."),
]
Roles = Annotated[
    list[PartyRole], Meta(description="What the party is: a customer, a vendor, or both. Each has a door of its own.")
]
Status = Annotated[PartyStatus, Meta(description="Whether new documents can use it.")]
RestrictedUses = Annotated[
    list[RestrictedUse],
    Meta(description="What the data may not be used for, because the person has asked so; a privacy officer decides."),
]
MergedInto = Annotated[
    PartyId,
    Meta(description="The party that it was merged into, and that new documents use instead; null when it was not."),
]


class PartyFields(Schema, frozen=True, kw_only=True):
    """The fields of a party that callers can set at every door."""

    kind: Kind
    name: PartyName
    legal_name: LegalName | None = None
    contacts: Contacts = []
    addresses: Addresses = []
    tax_ids: TaxIds = []
    language: Language | None = None
    notes: Notes = ""
    external_refs: ExternalRefs = []


class PartyChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the given fields change; null clears an optional field. Lists are replaced as a whole."""

    kind: Kind | UnsetType = UNSET
    name: PartyName | UnsetType = UNSET
    legal_name: LegalName | UnsetType | None = UNSET
    contacts: Contacts | UnsetType = UNSET
    addresses: Addresses | UnsetType = UNSET
    tax_ids: TaxIds | UnsetType = UNSET
    language: Language | UnsetType | None = UNSET
    notes: Notes | UnsetType = UNSET
    external_refs: ExternalRefs | UnsetType = UNSET


class PartyTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What is agreed with a party in one of its roles. number: its code in this role."""

    number: str | None = None


class MergeParty(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The party that remains."""

    into: Annotated[PartyId, Meta(description="The id of the party that remains, at either door.")]


class UseRestriction(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All uses that are stopped from now on; an empty list lets all of them go on."""

    restricted_uses: Annotated[
        list[RestrictedUse], Meta(max_length=len(RestrictedUse), description="What the data may not be used for.")
    ]


class RestrictedParty(Schema, Stamped, frozen=True, kw_only=True):
    """What the data of a customer or vendor may not be used for."""

    id: PartyId
    restricted_uses: RestrictedUses


class DuplicateReason(StrEnum):
    """Why two parties may be the same: `tax_id`: they have the same tax number. `email`: an e-mail address. `phone`: a
    telephone number. `name_and_address`: a similar name at the same place."""

    TAX_ID = "tax_id"
    EMAIL = "email"
    PHONE = "phone"
    NAME_AND_ADDRESS = "name_and_address"


class PossibleDuplicate(msgspec.Struct, frozen=True, kw_only=True):
    """A party that may be the same one."""

    id: PartyId
    name: Annotated[str, Meta(description="The name of the party.")]
    roles: Roles
    status: Status
    score: Annotated[
        int, Meta(ge=1, le=100, description="How likely it is the same one, from 1 to 100; 100 is never quite reached.")
    ]
    reasons: Annotated[list[DuplicateReason], Meta(description="What they have in common.")]


class PossibleDuplicates(msgspec.Struct, frozen=True, kw_only=True):
    """The parties that may be the same one, the most likely one first; at most 20, of those that the caller may
    see."""

    data: Annotated[list[PossibleDuplicate], Meta(description="The candidates, the most likely one first.")]
