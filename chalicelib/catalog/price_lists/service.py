"""Use cases of price lists, and the prices that other packages ask for."""

from collections.abc import Collection, Iterable, Sequence

from msgspec import UNSET

from chalicelib.catalog.price_lists import choice, events, repository, tables
from chalicelib.catalog.price_lists.finding_schemas import PriceConsidered, PriceFound, PriceRequest, SaleTerms
from chalicelib.catalog.price_lists.schemas import NewPriceList, PriceList, PriceListChange, PriceListQuery
from chalicelib.kernel import lifecycle, periods
from chalicelib.kernel.call import Call
from chalicelib.kernel.codes import folded
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.errors import Invalid
from chalicelib.kernel.lifecycle import LIFECYCLE, LifecycleStatus
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import patch, to_row, to_struct
from chalicelib.kernel.names import Named
from chalicelib.kernel.pages import Page
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.visibility import find_many, load_visible
from chalicelib.kernel.work import Work


@use_case(events.CREATED)
def create(work: Work, command: NewPriceList) -> PriceList:
    """Creates a price list. AlreadyExists when another one has its code, TooManyPriceLists when there are too many."""
    row = to_row(
        tables.PriceList,
        command,
        partition=work.tenant.key(),
        id=work.new_id("prl"),
        folded_code=folded(command.code),
        status=LifecycleStatus.ACTIVE,
    )
    _check_period(row)
    work.create(row)
    work.claim(tables.CODE, command.code, row.id, "/code")
    repository.keep_active(work, row)
    return view(row)


@use_case(events.UPDATED)
def update(work: Work, price_list_id: str, change: PriceListChange) -> PriceList:
    """Changes the given fields of a price list."""
    row = work.load_for_update(tables.PriceList, work.tenant.key(), price_list_id)
    if change.code is not UNSET and folded(change.code) != row.folded_code:
        work.release(tables.CODE, row.code, row.id)
        work.claim(tables.CODE, change.code, row.id, "/code")
    patch(row, change)
    row.folded_code = folded(row.code)
    _check_period(row)
    work.save(row)
    repository.keep_active(work, row)
    return view(row)


def _check_period(row: tables.PriceList) -> None:
    problems = periods.errors(row, "")
    if problems:
        raise Invalid(errors=problems)


@use_case(events.ARCHIVED)
def archive(work: Work, price_list_id: str) -> PriceList:
    """Archives the price list: its prices do not count any more."""
    return _run_transition(work, price_list_id, "archive")


@use_case(events.RESTORED)
def restore(work: Work, price_list_id: str) -> PriceList:
    """Restores an archived price list. TooManyPriceLists when there are too many."""
    return _run_transition(work, price_list_id, "restore")


def _run_transition(work: Work, price_list_id: str, transition: str) -> PriceList:
    row = lifecycle.run_transition(work, tables.PriceList, price_list_id, transition)
    repository.keep_active(work, row)
    return view(row)


def read(call: Call, price_list_id: str) -> PriceList:
    """One price list. NotFound."""
    return view(load_visible(call, tables.PriceList, call.tenant.key(), price_list_id))


def page(call: Call, query: PriceListQuery) -> Page[PriceList]:
    """A page of price lists."""
    rows, cursor = paginate(tables.PriceList, tables.VIEWS, call, query)
    return Page([view(row) for row in rows], cursor)


def names(call: Call, price_list_ids: Collection[str]) -> dict[str, Named]:
    """The names and codes of price lists."""
    rows = find_many(
        call, tables.PriceList, [Ref(tables.PriceList, call.tenant.key(), each) for each in price_list_ids]
    )
    return {row.id: Named(kind=tables.PriceList.entity, name=row.name, code=row.code) for row in rows}


def ref(work: Work, price_list_id: str) -> Ref:
    """The key of a price list, for reading it together with other rows."""
    return Ref(tables.PriceList, work.tenant.key(), price_list_id)


def active_ref(work: Work) -> Ref:
    """The key of the row of all active price lists, for reading it together with other rows before `find_prices`."""
    return repository.active_ref(work.tenant)


def active(work: Work, requested: Iterable[tuple[str, str]]) -> dict[str, PriceList]:
    """Id to price list, for references given as (id, pointer). Invalid at each pointer whose list is missing or
    archived."""
    return {each: view(row) for each, row in lifecycle.referenced(work, tables.PriceList, requested).items()}


def known(work: Work, requested: Iterable[tuple[str, str]]) -> dict[str, PriceList]:
    """Like `active`, but accepts archived price lists, which customers may still have."""
    found = lifecycle.referenced(work, tables.PriceList, requested, archived=True)
    return {each: view(row) for each, row in found.items()}


def ids_by_code(work: Work, codes: Iterable[str]) -> dict[str, str]:
    """Code, as it is given, to the id of the price list; without unknown codes."""
    return work.owners(tables.CODE, codes)


def find_prices(work: Work, requests: Sequence[PriceRequest], terms: SaleTerms) -> list[PriceFound | None]:
    """The price of each request by the rules of `choice`, in the order of the requests; None when neither a list nor
    the item has one.

    One read of all active lists, and then of the prices of all items in the first lists at once; further lists are only
    read for requests that have no price yet.
    """
    ordered, prices = repository.prices_needed(work, requests, terms)
    return [choice.find(ordered[each.day], prices[each.item.id], each, terms.currency) for each in requests]


def explain_prices(work: Work, requests: Sequence[PriceRequest], terms: SaleTerms) -> list[list[PriceConsidered]]:
    """What was considered for each request, with the reasons. Reads the prices of all lists, so it costs more than
    `find_prices`."""
    lists = repository.active_lists(work)
    counting = [each for each in lists if any(choice.misfit(each, terms, request.day) is None for request in requests)]
    prices = repository.all_prices(work, requests, counting)
    return [choice.explain(lists, prices[each.item.id], each, terms) for each in requests]


def view(row: tables.PriceList) -> PriceList:
    """The API's representation of the row."""
    return to_struct(row, PriceList, allowed_transitions=LIFECYCLE.allowed(row))
