"""Tax codes as rows: of bulk upserts, imports and exports."""

from collections.abc import Iterator, Sequence

from chalicelib.bulk import kinds
from chalicelib.bulk.kinds import Kind, UniqueValue, Upserted
from chalicelib.bulk.schemas import BulkKey, BulkRowOutcome
from chalicelib.catalog.tax_codes import events, service, tables
from chalicelib.catalog.tax_codes.bulk_schemas import TaxCodeRow
from chalicelib.catalog.tax_codes.schemas import NewTaxCode
from chalicelib.kernel.call import Call
from chalicelib.kernel.codes import folded
from chalicelib.kernel.work import Work


def _prepare(work: Work, rows: Sequence[TaxCodeRow], _: BulkKey) -> None:
    owners = service.ids_by_code(work, [row.code for row in rows])
    work.fetch(*(service.ref(work, tax_code_id) for tax_code_id in sorted(set(owners.values()))))


def _upsert(work: Work, row: TaxCodeRow, _: BulkKey, pointer: str) -> Upserted:
    owner = service.ids_by_code(work, [row.code]).get(row.code)
    if owner is None:
        return BulkRowOutcome.CREATED, service.add(work, kinds.as_new(NewTaxCode, row, pointer), pointer).id
    found = work.load(tables.TaxCode, work.tenant.key(), owner)
    before = found.item()
    service.apply(work, found, row, pointer)
    if found.item() == before:
        return BulkRowOutcome.UNCHANGED, found.id
    work.save(found, pointer)
    return BulkRowOutcome.UPDATED, found.id


def _code(row: TaxCodeRow) -> str:
    return row.code


def _unique(row: TaxCodeRow) -> Iterator[UniqueValue]:
    yield "code", folded(row.code)


def _page(call: Call, status: str | None, after: str | None) -> tuple[list[TaxCodeRow], str | None]:
    found, following = kinds.in_order(tables.TaxCode, call, status, after)
    return [kinds.row_of(TaxCodeRow, service.view(row)) for row in found], following


TAX_CODES = Kind(
    row=TaxCodeRow,
    keys={BulkKey.CODE: "code"},
    event=events.UPSERTED,
    prepare=_prepare,
    upsert=_upsert,
    code=_code,
    unique=_unique,
    page=_page,
    example={
        "code": "VAT-STANDARD",
        "name": "Standard rate",
        "description": "Goods and services without another rate.",
        "kind": "standard",
        "rates": [{"country": "DE", "percent": "19", "valid_from": "2021-01-01", "name": "VAT 19%"}],
    },
)
