"""What is agreed with a party in each of its roles, as it is stored and as the doors take it."""

from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.catalog.price_lists.schemas import PriceListId
from chalicelib.catalog.tax_codes.schemas import TaxTreatment
from chalicelib.inventory.warehouses.schemas import WarehouseId
from chalicelib.kernel.money import Currency
from chalicelib.kernel.texts import line
from chalicelib.parties.parties.schemas import MoneyAmount, PartyTerms, PaymentTerms

CustomerNumber = Annotated[
    str,
    line(
        40,
        description="Your number of the customer; no two customers have the same, whatever the case. Null for none.",
        examples=["K-10023"],
    ),
]
VendorNumber = Annotated[
    str,
    line(
        40,
        description="Your number of the vendor; no two vendors have the same, whatever the case. Null for none.",
        examples=["L-70011"],
    ),
]
OwnNumber = Annotated[
    str,
    line(40, description="The number that the vendor has given you as its customer; null for none.", examples=["4711"]),
]
SaleCurrency = Annotated[Currency, Meta(description="The currency in which the customer buys; null when it varies.")]
PurchaseCurrency = Annotated[Currency, Meta(description="The currency in which you buy; null when it varies.")]
CustomerPrices = Annotated[PriceListId, Meta(description="The price list of the customer; null for the usual prices.")]
Group = Annotated[
    str,
    line(
        64,
        description="The group that the customer belongs to, in your own words, such as retail; null for none.",
        examples=["retail"],
    ),
]
CreditLimit = Annotated[
    MoneyAmount,
    Meta(description="How much the customer may owe at once; null for no limit, or when you may not see it."),
]
CustomerPaymentTerms = Annotated[
    PaymentTerms, Meta(description="When the customer has to pay; null when nothing was agreed.")
]
VendorPaymentTerms = Annotated[
    PaymentTerms, Meta(description="When the vendor has to be paid; null when nothing was agreed.")
]
DefaultWarehouse = Annotated[
    WarehouseId, Meta(description="The warehouse from which the customer is usually served; null for none.")
]
LeadTime = Annotated[
    int,
    Meta(
        ge=0, le=999, description="How many days usually pass from an order until its goods arrive; null when unknown."
    ),
]
MinimumOrder = Annotated[
    MoneyAmount, Meta(description="The least amount for which the vendor takes an order; null for no minimum.")
]


class TaxExemption(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Why a customer pays no tax."""

    reason: Annotated[
        str, line(200, description="The reason, as invoices have to say it.", examples=["Resale certificate"])
    ]
    number: Annotated[str, line(60, description="The number of the certificate; null when it has none.")] | None = None


Treatment = Annotated[TaxTreatment, Meta(description="How sales to the customer are taxed.")]
Exemption = Annotated[
    TaxExemption, Meta(description="Why the customer pays no tax; needed for `exempt`, and null otherwise.")
]


class CustomerTerms(PartyTerms, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is agreed with a customer."""

    number: CustomerNumber | None = None
    currency: SaleCurrency | None = None
    price_list_id: CustomerPrices | None = None
    group: Group | None = None
    credit_limit: CreditLimit | None = None
    terms: CustomerPaymentTerms | None = None
    tax_treatment: Treatment = TaxTreatment.TAXABLE
    tax_exemption: Exemption | None = None
    default_warehouse_id: DefaultWarehouse | None = None


class VendorTerms(PartyTerms, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is agreed with a vendor."""

    number: VendorNumber | None = None
    own_customer_number: OwnNumber | None = None
    currency: PurchaseCurrency | None = None
    terms: VendorPaymentTerms | None = None
    lead_time_days: LeadTime | None = None
    minimum_order: MinimumOrder | None = None
