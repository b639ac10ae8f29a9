"""API schemas of customers as rows, which name price lists and warehouses by their codes."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.bulk.schemas import BulkKey, BulkOnError, KeyField, OnErrorField
from chalicelib.catalog.price_lists.schemas import Code as PriceListCode
from chalicelib.inventory.warehouses.schemas import Code as WarehouseCode
from chalicelib.parties.customers.schemas import CustomerOwnChange


class CustomerRow(CustomerOwnChange, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A row of a bulk upsert or import: changes the given fields of the customer that its key names, or creates it;
    then `kind` and `name` are required."""

    price_list: (
        Annotated[PriceListCode, Meta(description="The code of the customer's price list; null for the usual prices.")]
        | None
        | UnsetType
    ) = UNSET
    default_warehouse: (
        Annotated[
            WarehouseCode,
            Meta(description="The code of the warehouse from which the customer is usually served; null for none."),
        ]
        | None
        | UnsetType
    ) = UNSET


class CustomersUpsert(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Customers to create or change. One transaction has room for 98 writes, which limits `all_or_nothing`: a customer,
    its number, each external reference, and each name, e-mail address, telephone number, tax number and place by which
    it is found count as one."""

    customers: Annotated[
        list[CustomerRow],
        Meta(min_length=1, max_length=100, description="The rows. Each is matched to a customer by `key`."),
    ]
    on_error: OnErrorField = BulkOnError.SKIP_ROWS
    key: KeyField = BulkKey.CODE
