"""Bulk upsert of items, matched by SKU."""

from collections.abc import Mapping, Sequence

from msgspec import UNSET

from chalicelib.catalog.items import events, rules, service, tables
from chalicelib.catalog.items.schemas import (
    BulkOutcome,
    BulkResult,
    BulkUpsert,
    ItemRow,
    NewItem,
    RowError,
    RowResult,
)
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import DomainError, FieldError, Invalid
from chalicelib.kernel.use_case import commit, dry_run, use_case
from chalicelib.kernel.work import Work


@use_case(events.UPSERTED)
def upsert_all(work: Work, command: BulkUpsert) -> BulkResult:
    """Writes all rows in one transaction. Invalid when a unique value is repeated, TooManyActions when they do not
    fit."""
    problems = rules.check_rows(command.items)
    if problems:
        raise Invalid(errors=problems)
    owners = service.ids_by_sku(work, [row.sku for row in command.items])
    work.read(*(service.ref(work, item_id) for item_id in owners.values()))
    results = []
    for index, row in enumerate(command.items):
        outcome, item_id = _upsert(work, row, owners.get(row.sku), f"/items/{index}")
        results.append(RowResult(index=index, sku=row.sku, outcome=outcome, id=item_id))
    return summary(results, dry_run=work.call.is_dry_run)


@use_case(events.UPSERTED)
def upsert_one(work: Work, row: ItemRow) -> tuple[BulkOutcome, str]:
    """Writes one row."""
    return _upsert(work, row, service.ids_by_sku(work, [row.sku]).get(row.sku), "")


@use_case(events.BULK_FINISHED)
def finish(work: Work, result: BulkResult) -> BulkResult:
    """Stores the answer of a `skip_rows` request. The rows are written before; writing them again changes nothing."""
    work.annotate(entity="bulk_upsert", entity_id=work.new_id("blk"))
    return result


def skip_rows(call: Call, command: BulkUpsert, bad: Mapping[int, Sequence[FieldError]]) -> BulkResult:
    """Writes the valid rows, each in its own transaction; `bad` are the errors of rows that could not be decoded."""
    unconditional = call.without_precondition()
    results: list[RowResult] = []
    rows = iter(command.items)
    for index in range(len(command.items) + len(bad)):
        if index in bad:
            results.append(_failed(index, None, bad[index]))
        else:
            results.append(_upsert_row(unconditional, index, next(rows)))
    return summary(results, dry_run=call.is_dry_run)


def _upsert_row(call: Call, index: int, row: ItemRow) -> RowResult:
    try:
        run = dry_run if call.is_dry_run else commit
        outcome, item_id = run(call, upsert_one, row)
    except DomainError as error:
        return _failed(index, row.sku, error.errors or [FieldError("", error.code, error.detail)])
    return RowResult(index=index, sku=row.sku, outcome=outcome, id=item_id)


def _failed(index: int, sku: str | None, errors: Sequence[FieldError]) -> RowResult:
    shown = [RowError(error.pointer, error.code, error.message) for error in errors]
    return RowResult(index=index, sku=sku, outcome=BulkOutcome.FAILED, errors=shown)


def _upsert(work: Work, command: ItemRow, owner: str | None, pointer: str) -> tuple[BulkOutcome, str]:
    if owner is None:
        return BulkOutcome.CREATED, service.add(work, _as_new(command, pointer)).id
    row = work.load(tables.Item, work.tenant.key(), owner)
    _check_fixed(row, command, pointer)
    before = row.item()
    service.apply(work, row, command)
    if row.item() == before:
        return BulkOutcome.UNCHANGED, row.id
    work.save(row)
    return BulkOutcome.UPDATED, row.id


def _check_fixed(row: tables.Item, command: ItemRow, pointer: str) -> None:
    """Invalid when the row changes unit or tracking, because existing stock is counted in them."""
    problems = [
        FieldError(f"{pointer}/{name}", "fixed", "This cannot change once the item exists.")
        for name in ("unit", "tracking")
        if getattr(command, name) not in (UNSET, getattr(row, name))
    ]
    if problems:
        raise Invalid(errors=problems)


def _as_new(command: ItemRow, pointer: str) -> NewItem:
    """The row as a new item. Invalid when it has no name."""
    if command.name is UNSET:
        raise Invalid(errors=[FieldError(f"{pointer}/name", "required", "A new item needs a name.")])
    fields = {name: getattr(command, name) for name in ItemRow.__struct_fields__}
    return NewItem(**{name: value for name, value in fields.items() if value is not UNSET})


def summary(rows: list[RowResult], *, dry_run: bool) -> BulkResult:
    """The result with its counts."""
    counts = {outcome: sum(row.outcome is outcome for row in rows) for outcome in BulkOutcome}
    return BulkResult(
        dry_run=dry_run,
        created=counts[BulkOutcome.CREATED],
        updated=counts[BulkOutcome.UPDATED],
        unchanged=counts[BulkOutcome.UNCHANGED],
        failed=counts[BulkOutcome.FAILED],
        rows=rows,
    )
