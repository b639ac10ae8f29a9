"""API schemas of tax codes, and what documents store of the tax of a line."""

from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.kernel import ids
from chalicelib.kernel.address import Country
from chalicelib.kernel.decimals import Percent
from chalicelib.kernel.lifecycle import StatusField, StatusFilter
from chalicelib.kernel.pages import DocumentQuery
from chalicelib.kernel.schemas import AllowedTransitions, Schema, Stamped
from chalicelib.kernel.texts import line, prose

TaxCodeId = Annotated[str, ids.described("txc", "the tax code")]
Code = Annotated[
    str,
    line(
        64,
        description="Your own short code of it. No two tax codes have the same, whatever its case.",
        examples=["VAT-STANDARD"],
    ),
]
Name = Annotated[str, line(200, description="The name, as people choose it from a list.")]
Description = Annotated[str, prose(2000, description="What it is for; empty when there is nothing to say.")]
Region = Annotated[
    str,
    line(
        120,
        description="The state or province in which the rate holds, in any case, as addresses write it; null for the "
        "whole country.",
        examples=["CA"],
    ),
]


class TaxKind(StrEnum):
    """What a tax code means. `standard`, `reduced`: its rates are charged. `zero`, `exempt`: nothing is charged.
    `reverse_charge`: the buyer pays the tax to the tax office."""

    STANDARD = "standard"
    REDUCED = "reduced"
    ZERO = "zero"
    EXEMPT = "exempt"
    REVERSE_CHARGE = "reverse_charge"


class TaxTreatment(StrEnum):
    """How a customer is taxed. `taxable`: by the tax code. `exempt`: nothing is charged. `reverse_charge`: the customer
    pays the tax to the tax office."""

    TAXABLE = "taxable"
    EXEMPT = "exempt"
    REVERSE_CHARGE = "reverse_charge"


class TaxCollector(StrEnum):
    """Who collects a tax and pays it to the tax office. `seller`: you. `marketplace`: the platform where it was sold;
    then you neither charge nor owe it."""

    SELLER = "seller"
    MARKETPLACE = "marketplace"


KindField = Annotated[TaxKind, Meta(description="What the tax code means.")]


class TaxRate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A rate of a tax code: in one place, from one day to another."""

    country: Annotated[Country, Meta(description="The country in which the rate holds, by ISO 3166-1.")]
    region: Region | None = None
    percent: Annotated[Percent, Meta(description="The rate in percent of the net amount.", examples=["19"])]
    valid_from: Annotated[
        date | None, Meta(description="The first day on which the rate holds; null when it always did.")
    ] = None
    valid_to: Annotated[
        date | None, Meta(description="The last day on which the rate holds; null when no end is known.")
    ] = None
    name: (
        Annotated[
            str,
            line(
                80, description="The name of the tax on documents; null for the tax code's name.", examples=["VAT 19%"]
            ),
        ]
        | None
    ) = None


Rates = Annotated[
    list[TaxRate],
    Meta(
        max_length=200,
        description="The rates. A rate of a region goes before that of its country. On one day, one place has one "
        "rate. A change replaces the whole list.",
    ),
]


class TaxCodeFields(Schema, frozen=True, kw_only=True):
    """The fields of a tax code that callers can set."""

    code: Code
    name: Name
    description: Description = ""
    kind: KindField = TaxKind.STANDARD
    rates: Rates = []


class NewTaxCode(TaxCodeFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A tax code to create."""


class TaxCodeChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the given fields change."""

    code: Code | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    kind: KindField | UnsetType = UNSET
    rates: Rates | UnsetType = UNSET


class TaxCode(TaxCodeFields, Stamped, frozen=True, kw_only=True):
    """A kind of goods or services for taxes, with its rates by place and date."""

    id: TaxCodeId
    status: StatusField
    allowed_transitions: AllowedTransitions


class TaxCodeSort(StrEnum):
    """`created_at`: by time of creation. `code`: by code, in any case. A `-` before it reverses the order."""

    CREATED = "created_at"
    CREATED_DOWN = "-created_at"
    CODE = "code"
    CODE_DOWN = "-code"


class TaxCodeQuery(DocumentQuery, frozen=True, kw_only=True):
    """Code, status, kind and country can be combined."""

    sort: Annotated[TaxCodeSort, Meta(description="The sort order; by time of creation by default.")] | None = None
    code: Annotated[Code, Meta(description="Only the tax code with this code; case does not matter.")] | None = None
    status: StatusFilter | None = None
    kind: Annotated[TaxKind, Meta(description="Only tax codes of this kind.")] | None = None
    country: Annotated[Country, Meta(description="Only tax codes with a rate in this country.")] | None = None


class AppliedTax(msgspec.Struct, frozen=True, kw_only=True):
    """The tax of a line: which rate of which tax code holds for it, and why."""

    tax_code_id: TaxCodeId
    code: Annotated[Code, Meta(description="The code of the tax code.")]
    name: Annotated[str, Meta(description="The name of the tax on documents.")]
    percent: Annotated[Percent, Meta(description="The rate that is charged, in percent of the net amount.")]
    country: Annotated[str | None, Meta(description="The country whose rate holds; null when no rate does.")] = None
    region: Annotated[
        str | None, Meta(description="The region whose rate holds; null for the rate of a whole country, or none.")
    ] = None
    collector: Annotated[TaxCollector, Meta(description="Who collects the tax.")] = TaxCollector.SELLER
    reason: Annotated[str, Meta(description="Why this rate is charged, in words.", examples=["VAT 19% in DE."])]
