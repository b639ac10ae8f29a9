"""Rules of the discount of a whole order, without access to the store: every line has its share of it, so that taxes,
partial deliveries and invoices add up."""

from collections.abc import Sequence
from fractions import Fraction

import msgspec

from chalicelib.kernel.errors import FieldError
from chalicelib.kernel.money import rounded, rounded_together
from chalicelib.sales.orders import amounts
from chalicelib.sales.orders.content import ContentLine, Header

_NOTHING = Fraction(0)


def errors(lines: Sequence[ContentLine], header: Header, currency: str) -> list[FieldError]:
    """The errors of the order's discount."""
    if header.discount_amount is None:
        return []
    if header.discount_percent is not None:
        return [FieldError("/discount_amount", "two_discounts", "Give percent or amount, not both.")]
    if header.discount_amount > sum(_bases(lines, header, currency), _NOTHING):
        return [FieldError("/discount_amount", "too_much", "This is more than the value of the lines.")]
    return amounts.amount_errors(header.discount_amount, currency, "/discount_amount")


def applied(lines: Sequence[ContentLine], header: Header, currency: str) -> list[ContentLine]:
    """The lines with their shares of the order's discount, by their value after their own discounts. The shares are
    rounded so that they add up to the discount."""
    if not (header.discount_percent or header.discount_amount or any(line.order_discount for line in lines)):
        return list(lines)
    bases, mode = _bases(lines, header, currency), header.rounding.mode
    total = sum(bases, _NOTHING)
    share = Fraction(header.discount_percent or 0) / 100
    if header.discount_amount is not None:
        share = Fraction(header.discount_amount) / total if total else _NOTHING
    parts = rounded_together([base * share for base in bases], currency, mode)
    return [
        msgspec.structs.replace(
            line, order_discount=part, net=rounded(max(_NOTHING, base - Fraction(part)), currency, mode)
        )
        for line, base, part in zip(lines, bases, parts, strict=True)
    ]


def _bases(lines: Sequence[ContentLine], header: Header, currency: str) -> list[Fraction]:
    """What each line is worth after its own discount, rounded if every line is."""
    exact = [amounts.net_of(amounts.value_of(line), line.discount_percent, line.discount_amount) for line in lines]
    if not header.rounding.is_per_line:
        return exact
    return [Fraction(rounded(each, currency, header.rounding.mode)) for each in exact]
