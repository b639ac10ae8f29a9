"""The taxes of a document's lines, computed exactly; only the result is rounded, once, by the document's rule."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from chalicelib.catalog.tax_codes.schemas import AppliedTax, TaxCollector
from chalicelib.kernel.errors import FieldError
from chalicelib.kernel.money import RoundingRule, minor_unit, rounded, rounded_together

_ZERO = Decimal(0)
Groups = dict["Group", list[int]]
"""The numbers of the lines that are taxed alike."""


@dataclass(frozen=True, slots=True)
class TaxableLine:
    """A line or charge of a document. amount: what it costs after all discounts, with or without tax, as the document's
    prices are; below zero for a credit. tax: None for what has no tax code. exact: the amount before it was rounded, in
    documents that round only their totals."""

    amount: Decimal
    tax: AppliedTax | None = None
    exact: Fraction | None = None


@dataclass(frozen=True, slots=True)
class LineTax:
    """net: the line without any tax. tax: what the seller charges and owes. marketplace_tax: what the marketplace
    collects: it is shown, but not charged. One of the two is zero."""

    net: Decimal
    tax: Decimal
    marketplace_tax: Decimal


@dataclass(frozen=True, slots=True)
class Group:
    """What is taxed alike."""

    code: str
    percent: Decimal
    collector: TaxCollector


@dataclass(frozen=True, slots=True)
class RateTotal:
    """The sums over all lines with one rate of one tax code, collected by one."""

    group: Group
    net: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class DocumentTaxes:
    """lines: in the order that they were given. rates: by code and rate. net, tax, marketplace_tax: exactly the sums of
    the lines, and of the rates."""

    lines: tuple[LineTax, ...]
    rates: tuple[RateTotal, ...]
    net: Decimal
    tax: Decimal
    marketplace_tax: Decimal

    @property
    def total(self) -> Decimal:
        """What the document charges: without what a marketplace collects."""
        return self.net + self.tax


def line_taxes(
    lines: Sequence[TaxableLine], currency: str, rounding: RoundingRule, *, inclusive: bool
) -> DocumentTaxes:
    """The taxes of the lines, of each rate and of the document. Amounts are taken as they are, so whoever shows them
    rounded gives them rounded.

    `per_line`: the exact tax of each line is rounded, and the rest is their sum. `per_total`: the exact tax of each
    code and rate is summed and rounded, and then given to its lines so that they sum up to it, each next to its exact
    tax. inclusive: the amounts have the tax in them; net and tax are exactly the amount. Credits mirror what they
    credit.
    """
    exact = [_exact(line, inclusive=inclusive) for line in lines]
    groups = _groups(lines)
    taxes = [rounded(Fraction(0), currency, rounding.mode)] * len(lines)
    for numbers in groups.values():
        values = [exact[number] for number in numbers]
        if rounding.is_per_line:
            shares = [rounded(value, currency, rounding.mode) for value in values]
        else:
            shares = rounded_together(values, currency, rounding.mode)
        for number, share in zip(numbers, shares, strict=True):
            taxes[number] = share
    found = [_line(line, tax, inclusive) for line, tax in zip(lines, taxes, strict=True)]
    rates = [_rate_total(group, [found[number] for number in numbers]) for group, numbers in groups.items()]
    return DocumentTaxes(
        lines=tuple(found),
        rates=tuple(sorted(rates, key=lambda each: (each.group.code, each.group.percent, each.group.collector))),
        net=sum((line.net for line in found), _ZERO),
        tax=sum((line.tax for line in found), _ZERO),
        marketplace_tax=sum((line.marketplace_tax for line in found), _ZERO),
    )


def _exact(line: TaxableLine, *, inclusive: bool) -> Fraction:
    """The tax before rounding: of a net amount the rate, of a gross amount g with rate r the part g * r / (1 + r)."""
    if line.tax is None:
        return Fraction(0)
    rate = Fraction(line.tax.percent) / 100
    amount = Fraction(line.amount) if line.exact is None else line.exact
    return amount * (rate / (1 + rate) if inclusive else rate)


def _groups(lines: Sequence[TaxableLine]) -> Groups:
    groups: defaultdict[Group, list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        if line.tax is not None:
            groups[Group(line.tax.code, line.tax.percent, line.tax.collector)].append(number)
    return groups


def _line(line: TaxableLine, tax: Decimal, inclusive: bool) -> LineTax:
    by_marketplace = line.tax is not None and line.tax.collector is TaxCollector.MARKETPLACE
    return LineTax(
        net=line.amount - tax if inclusive else line.amount,
        tax=_ZERO if by_marketplace else tax,
        marketplace_tax=tax if by_marketplace else _ZERO,
    )


def _rate_total(group: Group, lines: Sequence[LineTax]) -> RateTotal:
    return RateTotal(
        group=group,
        net=sum((line.net for line in lines), _ZERO),
        tax=sum((line.tax + line.marketplace_tax for line in lines), _ZERO),
    )


def tax_given_errors(given: Decimal, computed: Decimal, currency: str, pointer: str) -> list[FieldError]:
    """The error of a given tax that is more than one minor unit away from the computed one; other systems round in
    other ways."""
    if abs(given - computed) <= minor_unit(currency):
        return []
    return [FieldError(pointer, "wrong_tax", f"By its tax code, the tax is {computed:f} {currency}.")]
