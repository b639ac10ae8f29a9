"""API schemas of tax codes as rows."""

from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.bulk.schemas import BulkOnError, OnErrorField
from chalicelib.catalog.tax_codes.schemas import Code, TaxCodeChange


class TaxCodeRow(TaxCodeChange, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A row of a bulk upsert or import: changes the given fields of the tax code with this code, or creates it; then
    `name` is required."""

    code: Code


class TaxCodesUpsert(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Tax codes to create or change. One transaction has room for 49 new ones, which limits `all_or_nothing`."""

    tax_codes: Annotated[
        list[TaxCodeRow],
        Meta(min_length=1, max_length=100, description="The rows. Each is matched to a tax code by its code."),
    ]
    on_error: OnErrorField = BulkOnError.SKIP_ROWS
