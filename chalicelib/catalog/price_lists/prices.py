"""Use cases that set the prices of items in a list, one item or many at once."""

from collections.abc import Mapping, Sequence

from chalicelib.bulk.schemas import BulkRowOutcome, counts
from chalicelib.catalog.items import named
from chalicelib.catalog.price_lists import events, repository, rules, service, tables
from chalicelib.catalog.price_lists.price_schemas import (
    BulkPrices,
    BulkPricesResult,
    ItemPrices,
    PriceEntry,
    PriceQuery,
    PriceRowResult,
    PricesOfList,
    PricesSet,
    SetPrices,
)
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo.store import ref_of
from chalicelib.kernel.errors import DomainError, FieldError, Invalid
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import to_struct
from chalicelib.kernel.pages import Page
from chalicelib.kernel.use_case import commit, dry_run, use_case
from chalicelib.kernel.work import Work


def page(call: Call, price_list_id: str, query: PriceQuery) -> Page[ItemPrices]:
    """A page of the prices in a list. NotFound when there is no such list."""
    service.read(call, price_list_id)
    of_list = PricesOfList(price_list_id=price_list_id, item_id=query.item_id, limit=query.limit, cursor=query.cursor)
    rows, cursor = paginate(tables.ItemPrices, tables.PRICE_VIEWS, call, of_list)
    return Page([view(row) for row in rows], cursor)


@use_case(events.PRICES_SET)
def set_prices(work: Work, price_list_id: str, command: SetPrices) -> PricesSet:
    """Sets the prices of one item. NotFound when there is no such list, Invalid for the prices."""
    (result,) = _set_all(work, price_list_id, [command], [""])
    return PricesSet(
        price_list_id=price_list_id,
        item_id=result.item_id or "",
        outcome=result.outcome,
        entries=rules.ordered(command.entries),
    )


@use_case(events.PRICES_SET)
def set_all(work: Work, price_list_id: str, command: BulkPrices) -> BulkPricesResult:
    """Sets the prices of all rows in one transaction. Invalid with the errors of all rows, TooManyActions when they do
    not fit."""
    pointers = [f"/prices/{index}" for index in range(len(command.prices))]
    return summary(_set_all(work, price_list_id, command.prices, pointers), is_dry_run=work.call.is_dry_run)


@use_case(events.PRICES_BULK_FINISHED)
def finish(work: Work, result: BulkPricesResult) -> BulkPricesResult:
    """Stores the answer of a `skip_rows` request. The rows are written before; writing them again changes nothing."""
    work.annotate(entity="bulk_prices", entity_id=work.new_id("blk"))
    return result


def skip_rows(
    call: Call, price_list_id: str, command: BulkPrices, bad: Mapping[int, Sequence[FieldError]]
) -> BulkPricesResult:
    """Sets the prices of the valid rows, each in its own transaction; `bad` are the errors of rows that could not be
    decoded. NotFound when there is no such list."""
    service.read(call, price_list_id)
    results: list[PriceRowResult] = []
    rows = iter(command.prices)
    for index in range(len(command.prices) + len(bad)):
        if index in bad:
            results.append(_failed(index, None, bad[index]))
        else:
            results.append(_set_row(call.without_precondition(), price_list_id, index, next(rows)))
    return summary(results, is_dry_run=call.is_dry_run)


def _set_row(call: Call, price_list_id: str, index: int, row: SetPrices) -> PriceRowResult:
    run = dry_run if call.is_dry_run else commit
    try:
        done = run(call, set_prices, price_list_id, row)
    except DomainError as error:
        return _failed(index, row.item_id, error.errors or [FieldError("", error.code, error.detail)])
    return PriceRowResult(index=index, item_id=done.item_id, outcome=done.outcome)


def _failed(index: int, item_id: str | None, errors: Sequence[FieldError]) -> PriceRowResult:
    return PriceRowResult(index=index, item_id=item_id, outcome=BulkRowOutcome.FAILED, errors=list(errors))


def _set_all(
    work: Work, price_list_id: str, rows: Sequence[SetPrices], pointers: Sequence[str]
) -> list[PriceRowResult]:
    work.load(tables.PriceList, work.tenant.key(), price_list_id)
    found = named.items(work, [(row.item_id, row.sku) for row in rows], pointers)
    problems: list[FieldError] = []
    for index, (row, item, pointer) in enumerate(zip(rows, found, pointers, strict=True)):
        if any(item.id == other.id for other in found[:index]):
            problems.append(FieldError(pointer, "repeated", "An earlier row names the same item."))
        problems += rules.entry_errors(row.entries, item, pointer)
    if problems:
        raise Invalid(errors=problems)
    requested = {item.id: rules.ordered(row.entries) for row, item in zip(rows, found, strict=True)}
    outcomes = write(work, price_list_id, requested)
    return [
        PriceRowResult(index=index, item_id=item_id, outcome=outcome)
        for index, (item_id, outcome) in enumerate(outcomes.items())
    ]


def write(work: Work, price_list_id: str, requested: Mapping[str, list[PriceEntry]]) -> dict[str, BulkRowOutcome]:
    """Writes the prices of items in a list, given by item id, where they are other ones now."""
    refs = [repository.prices_ref(work.tenant, price_list_id, item_id) for item_id in requested]
    rows = dict(zip(requested, work.read(*refs), strict=True))
    before = {item_id: row for item_id, row in rows.items() if isinstance(row, tables.ItemPrices)}
    outcomes = {item_id: _outcome(before.get(item_id), entries) for item_id, entries in requested.items()}
    changed = [item_id for item_id, outcome in outcomes.items() if outcome is not BulkRowOutcome.UNCHANGED]
    if changed:
        work.mention(tables.PriceList.entity, price_list_id, *changed)
    for item_id in changed:
        _write_one(work, price_list_id, item_id, before.get(item_id), requested[item_id])
    return outcomes


def _outcome(row: tables.ItemPrices | None, entries: list[PriceEntry]) -> BulkRowOutcome:
    if (row.entries if row else []) == entries:
        return BulkRowOutcome.UNCHANGED
    return BulkRowOutcome.UPDATED if row else BulkRowOutcome.CREATED


def _write_one(
    work: Work, price_list_id: str, item_id: str, row: tables.ItemPrices | None, entries: list[PriceEntry]
) -> None:
    if row is None:
        partition = work.tenant.key(price_list_id)
        work.create(tables.ItemPrices(partition=partition, id=item_id, price_list_id=price_list_id, entries=entries))
    elif entries:
        row.entries = entries
        work.save(row)
    else:
        work.remove(ref_of(row), tables.ItemPrices.version == row.version)


def summary(rows: list[PriceRowResult], *, is_dry_run: bool) -> BulkPricesResult:
    """The result with its counts."""
    return BulkPricesResult(dry_run=is_dry_run, rows=rows, **counts(row.outcome for row in rows))


def view(row: tables.ItemPrices) -> ItemPrices:
    """The API's representation of the row."""
    return to_struct(row, ItemPrices, item_id=row.id)
