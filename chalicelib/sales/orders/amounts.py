"""Rules of an order's amounts, without access to the store: prices, discounts, taxes, totals. Values are exact
fractions until they are rounded by the order's rule."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import msgspec

from chalicelib.catalog.items import conversions
from chalicelib.catalog.items.conversions import Measured
from chalicelib.catalog.items.schemas import Item
from chalicelib.catalog.price_lists.finding_schemas import PriceFound, PriceSource
from chalicelib.kernel.codes import folded
from chalicelib.kernel.decimals import Amount, Total
from chalicelib.kernel.errors import FieldError
from chalicelib.kernel.money import RoundingMode, RoundingRule, minor_units, rounded
from chalicelib.sales.orders.amount_schemas import SalesOrderTotals
from chalicelib.sales.orders.content import ContentCharge, ContentLine, Header
from chalicelib.sales.orders.line_schemas import NewSalesOrderLine

_ZERO = Decimal(0)
_NOTHING = Fraction(0)
MOST = Decimal(10) ** Amount.digits
"""Every line and charge is worth less, so that the totals of an order fit into the 15 digits of totals in JSON."""


class UnitPrice(NamedTuple):
    """A price for `per` of `unit`, of which one is `factor` base units of the item. source, price_list_id and reason:
    where it is from. discount: that of the price list in percent, for lines without one of their own."""

    amount: Decimal
    per: Decimal
    unit: str
    factor: Fraction
    source: PriceSource
    price_list_id: str | None
    reason: str
    discount: Decimal | None


def given_price(
    line: NewSalesOrderLine,
    item: Item,
    measured: Measured,
    currency: str,
    pointer: str,
    before: ContentLine | None = None,
) -> UnitPrice | FieldError:
    """The price that a line gives. A FieldError when it gives none, or when its unit is unknown. before: the line that
    stays, whose units keep their factors."""
    if line.unit_price is None:
        return FieldError(f"{pointer}/unit_price", "required", f"The item has no price in {currency}.")
    found: tuple[str, Fraction] | None = (measured.unit, measured.factor)
    if line.price_unit is not None:
        found = _kept_factor(line.price_unit, before) or conversions.factor(item, line.price_unit)
    if found is None:
        return FieldError(f"{pointer}/price_unit", "unknown_unit", "The item has no such unit.")
    per = Decimal(line.price_per or 1)
    return UnitPrice(Decimal(line.unit_price), per, *found, PriceSource.GIVEN, None, "given in the line", None)


def _kept_factor(unit: str, before: ContentLine | None) -> tuple[str, Fraction] | None:
    """A unit of a line that stays, with its factor; None when the line has no such unit."""
    if before is None:
        return None
    known = {before.unit: before.factor, before.price_unit: before.price_factor}
    return next(((name, Fraction(factor)) for name, factor in known.items() if folded(name) == folded(unit)), None)


def found_price(found: PriceFound, item: Item) -> UnitPrice:
    """The price that the price lists or the item gave. ValueError when it is for a unit that the item does not have."""
    unit = conversions.factor(item, found.unit)
    if unit is None:
        raise ValueError("the price is for a unit that the item does not have")
    amount, per = Decimal(found.amount), Decimal(found.per)
    return UnitPrice(amount, per, *unit, found.source, found.price_list_id, found.reason, found.discount_percent)


def value(measured: Measured, unit_price: UnitPrice) -> Fraction:
    """Quantity times price, exactly. In the unit of the price the quantity is what was entered, not what was rounded to
    the base unit."""
    quantity = Fraction(measured.quantity) * measured.factor / unit_price.factor
    return quantity * Fraction(unit_price.amount) / Fraction(unit_price.per)


def value_of(line: ContentLine) -> Fraction:
    """The value of a stored line before discount, exactly."""
    quantity = Fraction(line.quantity) * Fraction(line.factor) / Fraction(line.price_factor)
    return quantity * Fraction(line.unit_price) / Fraction(line.price_per)


def line_errors(line: NewSalesOrderLine, worth: Fraction | None, currency: str, pointer: str) -> list[FieldError]:
    """The errors in the discount and tax of a line that is worth so much before discount; None when that is not
    known."""
    problems = []
    if line.discount_percent is not None and line.discount_amount is not None:
        problems.append(FieldError(f"{pointer}/discount_amount", "two_discounts", "Give percent or amount, not both."))
    if worth is not None and worth >= MOST:
        problems.append(FieldError(f"{pointer}/quantity", "too_much", f"A line must be worth less than {MOST:,}."))
        worth = None
    if line.discount_amount is not None:
        if worth is not None and line.discount_amount > max(
            worth, Fraction(rounded(worth, currency, RoundingMode.HALF_UP))
        ):
            problems.append(FieldError(f"{pointer}/discount_amount", "too_much", "This is more than the line's value."))
        problems += amount_errors(line.discount_amount, currency, f"{pointer}/discount_amount")
    if line.tax_amount is not None:
        problems += tax_errors(line.tax_amount, worth, currency, f"{pointer}/tax_amount") if worth is not None else []
        problems += amount_errors(line.tax_amount, currency, f"{pointer}/tax_amount")
    return problems


def tax_errors(tax: Decimal, worth: Fraction, currency: str, pointer: str) -> list[FieldError]:
    """The error of a tax above the value that it is on, before discount.

    No sales tax or value added tax has a rate of 100 percent or more; one that a price includes is less than the price.
    A tax can be due on goods that a discount makes free. Excises above 100 percent, as on tobacco, are part of the
    price. A value below the currency's minor unit may be taxed with one.
    """
    steps = worth * 10 ** minor_units(currency)
    if tax * 10 ** minor_units(currency) <= -(-steps.numerator // steps.denominator):
        return []
    return [FieldError(pointer, "too_much", "The tax is more than the value that it is on.")]


def amount_errors(amount: Decimal, currency: str, pointer: str) -> list[FieldError]:
    """The errors of an amount with more decimal places than its currency, because amounts of callers are not rounded,
    or not below MOST."""
    if amount >= MOST:
        return [FieldError(pointer, "too_much", f"Use an amount below {MOST:,}.")]
    if amount == amount.quantize(Decimal(1).scaleb(-minor_units(currency))):
        return []
    return [FieldError(pointer, "too_precise", f"{currency} has {minor_units(currency)} decimal places.")]


def net_of(worth: Fraction, percent: Decimal | None, amount: Decimal | None) -> Fraction:
    """The value without the discount, exactly; 0 where the discount takes all and the value was rounded up to it."""
    return max(_NOTHING, worth - _discount(worth, percent, amount))


def net_value(line: ContentLine) -> Fraction:
    """The value of a stored line without all discounts, exactly."""
    net = net_of(value_of(line), line.discount_percent, line.discount_amount)
    return max(_NOTHING, net - Fraction(line.order_discount))


def _discount(worth: Fraction, percent: Decimal | None, amount: Decimal | None) -> Fraction:
    if amount is not None:
        return Fraction(amount)
    return worth * Fraction(percent) / 100 if percent is not None else _NOTHING


def totals(
    lines: Sequence[ContentLine],
    charges: Sequence[ContentCharge],
    currency: str,
    rounding: RoundingRule,
    *,
    prices_include_tax: bool,
) -> SalesOrderTotals:
    """The totals of an order, each rounded by the order's rule; net is always gross minus discount."""

    def round_amount(amount: Decimal | Fraction) -> Decimal:
        return rounded(amount, currency, rounding.mode)

    values = [value_of(line) for line in lines]
    nets = [net_value(line) for line in lines]
    if rounding.is_per_line:
        gross, net = sum(map(round_amount, values), _ZERO), sum((line.net for line in lines), _ZERO)
    else:
        gross, net = round_amount(sum(values, _NOTHING)), round_amount(sum(nets, _NOTHING))
    charged = round_amount(sum((charge.amount for charge in charges), _ZERO))
    tax = sum((line.tax_amount for line in lines), _ZERO) + sum((charge.tax_amount for charge in charges), _ZERO)
    elsewhere = sum((line.marketplace_tax for line in lines), sum((each.marketplace_tax for each in charges), _ZERO))
    total = _total(net, charged, round_amount(tax), elsewhere, prices_include_tax=prices_include_tax)
    return SalesOrderTotals(
        gross=Total(round_amount(gross)),
        discount=Total(gross - net),
        net=Total(round_amount(net)),
        charges=Total(charged),
        tax=Total(round_amount(tax)),
        marketplace_tax=Total(round_amount(elsewhere)),
        total=Total(round_amount(total)),
    )


def summed(lines: Sequence[ContentLine], header: Header, currency: str) -> Header:
    """The header with its totals."""
    sums = totals(lines, header.charges, currency, header.rounding, prices_include_tax=header.prices_include_tax)
    return msgspec.structs.replace(
        header,
        gross=sums.gross,
        discount=sums.discount,
        net=sums.net,
        charged=sums.charges,
        tax=sums.tax,
        marketplace_tax=sums.marketplace_tax,
    )


def order_total(summed: Header) -> Decimal:
    """The total amount that the customer has to pay, by a header with its totals."""
    return _total(
        summed.net,
        summed.charged,
        summed.tax,
        summed.marketplace_tax,
        prices_include_tax=summed.prices_include_tax,
    )


def deposit(header: Header, total: Decimal, currency: str) -> Decimal:
    """What the customer has to pay of the total before anything is picked."""
    if header.deposit_amount is not None:
        return min(header.deposit_amount, total)
    share = Fraction(total) * Fraction(header.deposit_percent or 0) / 100
    return rounded(share, currency, header.rounding.mode)


def _total(net: Decimal, charged: Decimal, tax: Decimal, elsewhere: Decimal, *, prices_include_tax: bool) -> Decimal:
    """elsewhere: the tax that a marketplace collects."""
    return net + charged + (-elsewhere if prices_include_tax else tax)
