"""The choice of a price, without access to the store. The order of the rules is total, whatever the order of the input:

1. the list that the customer was given; then lists for the customer's group and the channel, for the group, for the
   channel, and for everybody. A list counts only when all of its conditions hold, and in the currency of the sale;
2. of equally special lists the one with the higher priority, then with the later first day, then by code;
3. within a list, prices of the unit that was asked for, then of the item's own unit; of these the one with the largest
   minimum quantity that is reached, then with the later first day;
4. the item's own price.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from chalicelib.catalog.items.schemas import Item, Money
from chalicelib.catalog.price_lists.finding_schemas import (
    PriceConsidered,
    PriceFound,
    PriceOutcome,
    PriceRequest,
    PriceSource,
    SaleTerms,
)
from chalicelib.catalog.price_lists.price_schemas import PriceEntry
from chalicelib.catalog.price_lists.tables import ActiveList
from chalicelib.kernel import periods
from chalicelib.kernel.codes import folded
from chalicelib.kernel.decimals import Price, Quantity, QuantityOrZero, plain

Entries = Sequence[PriceEntry]
PricesByList = Mapping[str, Entries]
"""List id to the prices of one item there; lists without prices of the item are missing."""
_ONE = Quantity(1)
_ANY = QuantityOrZero(0)


# --- lists ------------------------------------------------------------------------------------------------------------


def in_order(lists: Sequence[ActiveList], terms: SaleTerms, day: date) -> list[ActiveList]:
    """The lists that count for the sale on the day, the one that goes first at the beginning."""
    return [each for each in ranked(lists, terms) if misfit(each, terms, day) is None]


def ranked(lists: Sequence[ActiveList], terms: SaleTerms) -> list[ActiveList]:
    """All lists in the order of the rules, whether they count or not."""
    return sorted(
        lists,
        key=lambda each: (
            _rank(each, terms),
            -each.priority,
            -periods.begins(each).toordinal(),
            folded(each.code),
            each.id,
        ),
    )


def _rank(each: ActiveList, terms: SaleTerms) -> int:
    if each.id == terms.customer_list_id:
        return 0
    return 4 - 2 * (each.customer_group is not None) - (each.channel is not None)


def misfit(each: ActiveList, terms: SaleTerms, day: date) -> str | None:
    """Why the list does not count for the sale on the day; None when it does. The list that a customer was given needs
    no group."""
    if each.currency != terms.currency:
        return f"Its currency is {each.currency}."
    if terms.includes_tax not in (None, each.includes_tax):
        return f"Its prices {'include' if each.includes_tax else 'do not include'} taxes."
    if not periods.holds(each, day):
        return f"It does not count on {day.isoformat()}."
    if each.id != terms.customer_list_id and not _holds(each.customer_group, terms.group):
        return f"It is for customers of the group {each.customer_group}."
    if not _holds(each.channel, terms.channel):
        return f"It is for the channel {each.channel}."
    return None


def _holds(condition: str | None, value: str | None) -> bool:
    return condition is None or (value is not None and folded(condition) == folded(value))


# --- prices -----------------------------------------------------------------------------------------------------------


def best(entries: Entries, request: PriceRequest, currency: str) -> PriceEntry | None:
    """The price of a list that counts for the request; None when none does."""
    counting = [
        entry
        for entry in entries
        if periods.holds(entry, request.day)
        and (quantity := quantity_in(entry.unit, request)) is not None
        and entry.minimum_quantity <= quantity
        and (entry.amount is not None or own_price(request.item, currency) is not None)
    ]
    return max(
        counting,
        key=lambda entry: (folded(entry.unit) == folded(request.unit), entry.minimum_quantity, periods.begins(entry)),
        default=None,
    )


def quantity_in(unit: str, request: PriceRequest) -> Fraction | None:
    """The requested quantity in the unit that was asked for, or in the item's own; None for another unit."""
    if folded(unit) == folded(request.unit):
        return Fraction(request.quantity)
    return Fraction(request.quantity) * request.factor if folded(unit) == request.item.unit else None


def own_price(item: Item, currency: str) -> Money | None:
    """The item's own price in the currency; None when it has none."""
    return item.price if item.price is not None and item.price.currency == currency else None


def find(
    ordered: Sequence[ActiveList], prices: PricesByList, request: PriceRequest, currency: str
) -> PriceFound | None:
    """The price of the request. ordered: what `in_order` returns. None when neither a list nor the item has one."""
    for each in ordered:
        entry = best(prices.get(each.id, ()), request, currency)
        if entry is not None:
            return _of_list(each, entry, request.item)
    return _of_item(request.item, currency)


def _of_list(each: ActiveList, entry: PriceEntry, item: Item) -> PriceFound:
    by_discount = entry.amount is None
    amount, per = (item.price.amount, item.price.per) if by_discount and item.price else (entry.amount, entry.per)
    if amount is None:
        raise ValueError("a discount was chosen without a price that it is off")
    return PriceFound(
        amount=Price(amount),
        per=Quantity(per),
        unit=item.unit if by_discount else entry.unit,
        currency=each.currency,
        discount_percent=entry.discount_percent,
        includes_tax=each.includes_tax,
        source=PriceSource.PRICE_LIST,
        price_list_id=each.id,
        price_list_code=each.code,
        minimum_quantity=entry.minimum_quantity,
        minimum_unit=entry.unit,
        reason=_reason(each, entry),
    )


def _reason(each: ActiveList, entry: PriceEntry) -> str:
    parts = [f"list {each.code}"]
    if entry.discount_percent is not None:
        parts.append(f"{plain(entry.discount_percent)}% off the item's price")
    if entry.minimum_quantity > 0:
        parts.append(f"from {plain(entry.minimum_quantity)} {entry.unit}")
    return ", ".join(parts)


def _of_item(item: Item, currency: str) -> PriceFound | None:
    price = own_price(item, currency)
    if price is None:
        return None
    return _plain(price.amount, price.per, item.unit, currency, PriceSource.ITEM, "the item's own price")


def given(amount: Price, unit: str, currency: str, per: Quantity = _ONE) -> PriceFound:
    """A price that was written into a line, which goes before all others."""
    return _plain(amount, per, unit, currency, PriceSource.GIVEN, "given in the line")


def _plain(amount: Price, per: Quantity, unit: str, currency: str, source: PriceSource, reason: str) -> PriceFound:
    return PriceFound(
        amount=amount,
        per=per,
        unit=unit,
        currency=currency,
        source=source,
        minimum_quantity=_ANY,
        minimum_unit=unit,
        reason=reason,
    )


def value(found: PriceFound, request: PriceRequest) -> Fraction:
    """What the requested quantity costs before any discount, exactly."""
    quantity = quantity_in(found.unit, request)
    if quantity is None:
        raise ValueError("this is not a price of the requested unit")
    return quantity * Fraction(found.amount) / Fraction(found.per)


# --- explanation ------------------------------------------------------------------------------------------------------


def explain(
    lists: Sequence[ActiveList], prices: PricesByList, request: PriceRequest, terms: SaleTerms
) -> list[PriceConsidered]:
    """Everything that was considered, in the order of the rules: at most one won, and each other one says why not."""
    winner = find(in_order(lists, terms, request.day), prices, request, terms.currency)
    considered = [] if _is_known(lists, terms) else [_unknown(terms)]
    has_won = False
    for each in ranked(lists, terms):
        lost = misfit(each, terms, request.day) or _lost(prices.get(each.id, ()), request, terms.currency)
        considered.append(_considered(PriceSource.PRICE_LIST, each, lost, winner, has_won=has_won))
        has_won = has_won or lost is None
    lost = None if own_price(request.item, terms.currency) else f"The item has no price in {terms.currency}."
    return [*considered, _considered(PriceSource.ITEM, None, lost, winner, has_won=has_won)]


def _considered(
    source: PriceSource, each: ActiveList | None, lost: str | None, winner: PriceFound | None, *, has_won: bool
) -> PriceConsidered:
    outcome, reason = PriceOutcome.LOST, lost
    if lost is None and has_won:
        outcome, reason = PriceOutcome.NOT_NEEDED, "One before it gave the price."
    elif lost is None and winner is not None:
        outcome, reason = PriceOutcome.WON, winner.reason
    return PriceConsidered(
        source=source,
        price_list_id=each.id if each else None,
        price_list_code=each.code if each else None,
        outcome=outcome,
        reason=reason or "",
    )


def _is_known(lists: Sequence[ActiveList], terms: SaleTerms) -> bool:
    return terms.customer_list_id is None or any(each.id == terms.customer_list_id for each in lists)


def _unknown(terms: SaleTerms) -> PriceConsidered:
    """The list that the customer was given, when it is archived or does not exist."""
    return PriceConsidered(
        source=PriceSource.PRICE_LIST,
        price_list_id=terms.customer_list_id,
        price_list_code=None,
        outcome=PriceOutcome.LOST,
        reason="The customer's price list is not active.",
    )


def _lost(entries: Entries, request: PriceRequest, currency: str) -> str | None:
    """Why a list that counts gives no price; None when it gives one."""
    if best(entries, request, currency) is not None:
        return None
    if not entries:
        return "It has no price of the item."
    on_day = [entry for entry in entries if periods.holds(entry, request.day)]
    if not on_day:
        return f"Its prices of the item do not count on {request.day.isoformat()}."
    in_unit = [entry for entry in on_day if quantity_in(entry.unit, request) is not None]
    if not in_unit:
        return f"It has no price of the item in {' or '.join(dict.fromkeys((request.unit, request.item.unit)))}."
    if all(entry.amount is None for entry in in_unit) and own_price(request.item, currency) is None:
        return f"It has a discount, and the item has no price in {currency}."
    return "Its prices of the item begin at larger quantities."
