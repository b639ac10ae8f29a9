"""Customers as rows: of bulk upserts, imports and exports."""

from collections.abc import Sequence

import msgspec

from chalicelib.bulk import kinds
from chalicelib.bulk.kinds import Kind, Upserted
from chalicelib.bulk.schemas import BulkKey
from chalicelib.catalog.price_lists import service as price_lists
from chalicelib.inventory.warehouses import names
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.work import Work
from chalicelib.parties.customers import service
from chalicelib.parties.customers.bulk_schemas import CustomerRow
from chalicelib.parties.customers.schemas import CustomerChange, NewCustomer
from chalicelib.parties.parties import events, upserting
from chalicelib.parties.parties.schemas import PartyRole

_ROLE = PartyRole.CUSTOMER
_COLUMNS = {"/price_list_id": "/price_list", "/default_warehouse_id": "/default_warehouse"}


def _prepare(work: Work, rows: Sequence[CustomerRow], key: BulkKey) -> None:
    price_lists.ids_by_code(work, [row.price_list for row in rows if row.price_list])
    warehouses.ids_by_code(work, [row.default_warehouse for row in rows if row.default_warehouse])
    upserting.prepare(work, _ROLE, rows, key)


def _upsert(work: Work, row: CustomerRow, key: BulkKey, pointer: str) -> Upserted:
    kinds.key_field(CUSTOMERS, row, key, pointer)
    found, problems = _found(work, row, pointer)
    try:
        written = upserting.write(
            work,
            _ROLE,
            found,
            key,
            pointer,
            lambda given: service.add(work, kinds.as_new(NewCustomer, given, pointer), pointer),
        )
    except Invalid as error:
        told = [_at_column(each, pointer) for each in error.errors]
        raise Invalid(errors=[*problems, *told]) from error
    if problems:
        raise Invalid(errors=problems)
    return written


def _found(work: Work, row: CustomerRow, pointer: str) -> tuple[CustomerChange, list[FieldError]]:
    """The row with the ids of what it names, and an error for each code that nothing has."""
    problems = []
    lists = price_lists.ids_by_code(work, [row.price_list] if row.price_list else [])
    if row.price_list and not lists:
        says = "No price list has this code."
        problems.append(FieldError(f"{pointer}/price_list", "unknown_price_list", says))
    places = warehouses.ids_by_code(work, [row.default_warehouse] if row.default_warehouse else [])
    if row.default_warehouse and not places:
        says = "No warehouse has this code."
        problems.append(FieldError(f"{pointer}/default_warehouse", "unknown_warehouse", says))
    found = kinds.row_of(
        CustomerChange,
        row,
        price_list_id=lists.get(row.price_list) if row.price_list else row.price_list,
        default_warehouse_id=places.get(row.default_warehouse) if row.default_warehouse else row.default_warehouse,
    )
    return found, problems


def _at_column(error: FieldError, pointer: str) -> FieldError:
    """The error at the field of the row, which has codes where the customer has ids."""
    field = error.pointer.removeprefix(pointer)
    return msgspec.structs.replace(error, pointer=f"{pointer}{_COLUMNS[field]}") if field in _COLUMNS else error


def _page(call: Call, status: str | None, after: str | None) -> tuple[list[CustomerRow], str | None]:
    found, following = upserting.page(call, _ROLE, status, after)
    shown = [service.view(row) for row in found]
    lists = price_lists.names(call, {each.price_list_id for each in shown if each.price_list_id})
    places = names.of_warehouses(call, {each.default_warehouse_id for each in shown if each.default_warehouse_id})
    rows = [
        kinds.row_of(
            CustomerRow,
            each,
            price_list=lists[each.price_list_id].code if each.price_list_id else None,
            default_warehouse=places[each.default_warehouse_id].code if each.default_warehouse_id else None,
        )
        for each in shown
    ]
    return rows, following


CUSTOMERS = Kind(
    row=CustomerRow,
    keys=upserting.KEYS,
    event=events.UPSERTED,
    prepare=_prepare,
    upsert=_upsert,
    code=upserting.number_of,
    unique=upserting.unique,
    page=_page,
    hidden_without={"customer.credit": ("credit_limit",)},
    example={
        "kind": "company",
        "name": "Lovelace Bikes GmbH",
        "contacts": [{"name": "Ada Lovelace", "email": "ada@example.com", "phone": "+49 30 901820"}],
        "addresses": [
            {
                "kind": "billing",
                "lines": ["Hauptstr. 1", "Rear building"],
                "city": "Berlin",
                "postal_code": "10115",
                "country": "DE",
            }
        ],
        "tax_ids": [{"type": "vat", "country": "DE", "tax_number": "DE129273398"}],
        "language": "de",
        "external_refs": [{"system": "legacy", "id": "20017"}],
        "number": "K-20017",
        "currency": "EUR",
        "group": "retail",
        "credit_limit": {"amount": "5000", "currency": "EUR"},
        "terms": {"due_days": 30, "code": "NET30"},
        "tax_treatment": "taxable",
    },
)
