"""Reads of price lists and prices that need more than a key."""

from collections.abc import Mapping, Sequence
from datetime import date

from chalicelib.catalog.price_lists import choice, tables
from chalicelib.catalog.price_lists.errors import TooManyPriceLists
from chalicelib.catalog.price_lists.finding_schemas import PriceRequest, SaleTerms
from chalicelib.catalog.price_lists.price_schemas import PriceEntry
from chalicelib.catalog.price_lists.tables import ActiveList, ActivePriceLists, ItemPrices
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.lifecycle import LifecycleStatus
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.visibility import find_all
from chalicelib.kernel.work import Work

MOST_LISTS = 200
"""So many price lists of a tenant can be active at once, so that one read gets them all."""
_AT_ONCE = 300
"""How many prices are read in one step: more than that are only read for lines that still have none."""
_PAGE_ROWS = 100
_BETWEEN = " "
"""Separates the ids of a list and an item."""
Prices = dict[str, dict[str, Sequence[PriceEntry]]]
"""Item id to list id to prices."""


def active_ref(tenant: Tenant) -> Ref:
    """The key of the active price lists, for reading them together with other rows."""
    return Ref(ActivePriceLists, tenant.key())


def active_lists(work: Work) -> Sequence[ActiveList]:
    """All active price lists, in one read."""
    row = work.find(ActivePriceLists, work.tenant.key())
    return row.lists if row else ()


def keep_active(work: Work, row: tables.PriceList) -> None:
    """Writes the list among the active ones, or takes it out when it is archived. TooManyPriceLists when there would be
    too many."""
    found = work.find(ActivePriceLists, work.tenant.key())
    before: Sequence[ActiveList] = found.lists if found else []
    others = [each for each in before if each.id != row.id]
    lists = [*others, _active(row)] if row.status is LifecycleStatus.ACTIVE else others
    if list(before) == lists:
        return
    if len(lists) > max(MOST_LISTS, len(before)):
        raise TooManyPriceLists()
    version = ActivePriceLists.version
    work.overwrite(
        ActivePriceLists(partition=work.tenant.key(), version=found.version + 1 if found else 1, lists=lists),
        version == found.version if found else version.does_not_exist(),
    )


def _active(row: tables.PriceList) -> ActiveList:
    return ActiveList(**{name: getattr(row, name) for name in ActiveList.__struct_fields__})


def prices_ref(tenant: Tenant, price_list_id: str, item_id: str) -> Ref:
    """The key of the prices of an item in a list."""
    return Ref(ItemPrices, tenant.key(price_list_id), item_id)


def prices_needed(
    work: Work, requests: Sequence[PriceRequest], terms: SaleTerms
) -> tuple[dict[date, list[ActiveList]], Prices]:
    """The lists that count on each day, and the prices of the items in as many of them as it takes to find a price for
    each request, read in steps: those of the first lists for all, then those of the next lists for what is left."""
    lists = active_lists(work)
    ordered = {day: choice.in_order(lists, terms, day) for day in {request.day for request in requests}}
    prices: Prices = {request.item.id: {} for request in requests}
    left, done = list(requests), 0
    while left:
        step = max(1, _AT_ONCE // len({request.item.id for request in left}))
        pairs = {
            (each.id, request.item.id): None for request in left for each in ordered[request.day][done : done + step]
        }
        _read(work, list(pairs), prices)
        done += step
        left = [
            request
            for request in left
            if done < len(ordered[request.day])
            and not _has_price(ordered[request.day][:done], prices[request.item.id], request, terms.currency)
        ]
    return ordered, prices


def _has_price(
    lists: Sequence[ActiveList], prices: Mapping[str, Sequence[PriceEntry]], request: PriceRequest, currency: str
) -> bool:
    return any(choice.best(prices.get(each.id, ()), request, currency) is not None for each in lists)


def _read(work: Work, pairs: Sequence[tuple[str, str]], prices: Prices) -> None:
    rows = work.read(*(prices_ref(work.tenant, price_list_id, item_id) for price_list_id, item_id in pairs))
    for (price_list_id, item_id), row in zip(pairs, rows, strict=True):
        if isinstance(row, ItemPrices):
            prices[item_id][price_list_id] = row.entries


def all_prices(work: Work, requests: Sequence[PriceRequest], lists: Sequence[ActiveList]) -> Prices:
    """The prices of the items in all of these lists, for explanations."""
    prices: Prices = {request.item.id: {} for request in requests}
    _read(work, list({(each.id, request.item.id): None for request in requests for each in lists}), prices)
    return prices


def page_of_all(
    call: Call, status: str | None, after: str | None
) -> tuple[list[tuple[str, tables.ItemPrices]], str | None]:
    """Some prices of items with the codes of their lists: of the lists with a status, or of all, in the order of the
    lists and items after a place; and the place to go on after, None at the end."""
    list_id, _, item_id = (after or "").partition(_BETWEEN)
    every = find_all(call, tables.PriceList, tables.PriceList.partition == call.tenant.key())
    lists = [each for each in every if each.id >= list_id and status in (None, each.status)]
    found: list[tuple[str, tables.ItemPrices]] = []
    for each in lists:
        keys = ItemPrices.partition == call.tenant.key(each.id)
        if each.id == list_id and item_id:
            keys &= ItemPrices.id > item_id
        rows = find_all(call, ItemPrices, keys, limit=_PAGE_ROWS - len(found))
        found += [(each.code, row) for row in rows]
        if len(found) >= _PAGE_ROWS:
            return found, f"{each.id}{_BETWEEN}{rows[-1].id}"
    return found, None
