"""API schemas of vendors as rows."""

from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.bulk.schemas import BulkKey, BulkOnError, KeyField, OnErrorField
from chalicelib.parties.vendors.schemas import VendorChange


class VendorRow(VendorChange, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A row of a bulk upsert or import: changes the given fields of the vendor that its key names, or creates it; then
    `kind` and `name` are required."""


class VendorsUpsert(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Vendors to create or change. One transaction has room for 98 writes, which limits `all_or_nothing`: a vendor, its
    number, each external reference, and each name, e-mail address, telephone number, tax number and place by which it
    is found count as one."""

    vendors: Annotated[
        list[VendorRow],
        Meta(min_length=1, max_length=100, description="The rows. Each is matched to a vendor by `key`."),
    ]
    on_error: OnErrorField = BulkOnError.SKIP_ROWS
    key: KeyField = BulkKey.CODE
