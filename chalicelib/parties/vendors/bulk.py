"""Vendors as rows: of bulk upserts, imports and exports."""

from collections.abc import Sequence

from chalicelib.bulk import kinds
from chalicelib.bulk.kinds import Kind, Upserted
from chalicelib.bulk.schemas import BulkKey
from chalicelib.kernel.call import Call
from chalicelib.kernel.work import Work
from chalicelib.parties.parties import events, upserting
from chalicelib.parties.parties.schemas import PartyRole
from chalicelib.parties.vendors import service
from chalicelib.parties.vendors.bulk_schemas import VendorRow
from chalicelib.parties.vendors.schemas import NewVendor

_ROLE = PartyRole.VENDOR


def _prepare(work: Work, rows: Sequence[VendorRow], key: BulkKey) -> None:
    upserting.prepare(work, _ROLE, rows, key)


def _upsert(work: Work, row: VendorRow, key: BulkKey, pointer: str) -> Upserted:
    kinds.key_field(VENDORS, row, key, pointer)
    return upserting.write(
        work,
        _ROLE,
        row,
        key,
        pointer,
        lambda given: service.add(work, kinds.as_new(NewVendor, given, pointer), pointer),
    )


def _page(call: Call, status: str | None, after: str | None) -> tuple[list[VendorRow], str | None]:
    found, following = upserting.page(call, _ROLE, status, after)
    return [kinds.row_of(VendorRow, service.view(row)) for row in found], following


VENDORS = Kind(
    row=VendorRow,
    keys=upserting.KEYS,
    event=events.UPSERTED,
    prepare=_prepare,
    upsert=_upsert,
    code=upserting.number_of,
    unique=upserting.unique,
    page=_page,
    example={
        "kind": "company",
        "name": "Babbage Gears Ltd",
        "contacts": [{"name": "Charles Babbage", "email": "charles@example.com", "phone": "+44 20 7946 0000"}],
        "addresses": [
            {
                "kind": "billing",
                "lines": ["5 Devonshire Street"],
                "city": "London",
                "postal_code": "W1W 5BQ",
                "country": "GB",
            }
        ],
        "language": "en",
        "external_refs": [{"system": "legacy", "id": "70017"}],
        "number": "L-70017",
        "own_customer_number": "4711",
        "currency": "GBP",
        "terms": {"due_days": 14, "code": "14 days"},
        "lead_time_days": 10,
        "minimum_order": {"amount": "250", "currency": "GBP"},
    },
)
