"""Rules of an order's taxes, without access to the store: which rate holds for each line, and what it comes to."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeVar

import msgspec

from chalicelib.catalog.tax_codes import computation
from chalicelib.catalog.tax_codes import rules as tax_rules
from chalicelib.catalog.tax_codes.computation import TaxableLine
from chalicelib.catalog.tax_codes.schemas import AppliedTax, TaxCode, TaxCollector, TaxTreatment
from chalicelib.kernel import money
from chalicelib.kernel.countries import UNKNOWN
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.sales.orders import amounts
from chalicelib.sales.orders.amount_schemas import TaxTotal
from chalicelib.sales.orders.content import ContentCharge, ContentLine, Header

_ZERO = Decimal(0)
Entry = ContentLine | ContentCharge
T = TypeVar("T", ContentLine, ContentCharge)


class TaxPlace(NamedTuple):
    """Where and when the goods change hands, which decides on the rate, and how the customer is taxed."""

    country: str
    region: str | None
    day: date
    treatment: TaxTreatment


def place(header: Header) -> TaxPlace:
    """The place of delivery, else that of the invoice; unknown without either."""
    address = header.shipping_address or header.billing_address
    where = (address.country, address.region) if address else (UNKNOWN, None)
    return TaxPlace(*where, header.tax_date, header.tax_treatment)


def needs_rate(entry: Entry) -> bool:
    """Whether it has a tax code and it is not known yet which rate holds."""
    return entry.tax_code_id is not None and entry.tax is None


def without_rates(lines: Sequence[ContentLine], header: Header) -> tuple[list[ContentLine], Header]:
    """Lines and charges as if it were not known which rates hold, because the goods go to another place now."""
    charges = [msgspec.structs.replace(charge, tax=None) for charge in header.charges]
    return [msgspec.structs.replace(line, tax=None) for line in lines], msgspec.structs.replace(header, charges=charges)


def applied(entry: T, codes: Mapping[str, TaxCode], where: TaxPlace) -> T:
    """The line or charge with the rate that holds for it. One whose code is not among these keeps its rate."""
    if entry.tax_code_id is None or entry.tax_code_id not in codes:
        return entry
    country, region, day, treatment = where
    tax = tax_rules.applied(
        codes[entry.tax_code_id], country, region, day, treatment=treatment, collector=entry.tax_collector
    )
    return msgspec.structs.replace(entry, tax=tax)


def check_given(lines: Sequence[ContentLine], header: Header, currency: str, pointers: Sequence[str]) -> None:
    """Invalid for given taxes that do not agree with their rate. pointers: of the lines."""
    entries: list[Entry] = [*lines, *header.charges]
    if not any(entry.given_tax is not None and entry.tax is not None for entry in entries):
        return
    at = [*pointers, *(f"/charges/{index}" for index in range(len(header.charges)))]
    problems: list[FieldError] = []
    for (entry, tax), pointer in zip(_computed(lines, header, currency), at, strict=True):
        if entry.given_tax is not None and entry.tax is not None:
            problems += computation.tax_given_errors(entry.given_tax, tax, currency, f"{pointer}/tax_amount")
    if problems:
        raise Invalid(errors=problems)


def _computed(lines: Sequence[ContentLine], header: Header, currency: str) -> list[tuple[Entry, Decimal]]:
    """Lines and charges, each with the tax by its rate; 0 without one."""
    entries: list[Entry] = [*lines, *header.charges]
    found = computation.line_taxes(
        [_taxable(entry, is_exact=not header.rounding.is_per_line) for entry in entries],
        currency,
        header.rounding,
        inclusive=header.prices_include_tax,
    )
    return [(entry, line.tax + line.marketplace_tax) for entry, line in zip(entries, found.lines, strict=True)]


def computed(lines: Sequence[ContentLine], header: Header, currency: str) -> tuple[list[ContentLine], Header]:
    """Lines and charges with their taxes; a given one holds."""
    taxed: list[Entry] = []
    for entry, by_rate in _computed(lines, header, currency):
        tax = by_rate if entry.given_tax is None else entry.given_tax
        by_seller = entry.tax_collector is TaxCollector.SELLER
        shown, nothing = money.shown(tax, currency), money.shown(_ZERO, currency)
        sums = {"tax_amount": shown if by_seller else nothing, "marketplace_tax": nothing if by_seller else shown}
        taxed.append(msgspec.structs.replace(entry, **sums))
    charges = [each for each in taxed if isinstance(each, ContentCharge)]
    taxed_lines = [each for each in taxed if isinstance(each, ContentLine)]
    return taxed_lines, msgspec.structs.replace(header, charges=charges)


def _taxable(entry: Entry, *, is_exact: bool) -> TaxableLine:
    if isinstance(entry, ContentCharge):
        return TaxableLine(entry.amount, entry.tax)
    if not is_exact:
        return TaxableLine(entry.net, entry.tax)
    return TaxableLine(entry.net, entry.tax, amounts.net_value(entry))


def totals(lines: Sequence[ContentLine], header: Header, currency: str) -> list[TaxTotal]:
    """The sums by tax code and rate, sorted by code."""
    groups: dict[tuple[str, Decimal, TaxCollector], list[Entry]] = defaultdict(list)
    entries: list[Entry] = [*lines, *header.charges]
    for entry in entries:
        if entry.tax is not None:
            groups[entry.tax.code, entry.tax.percent, entry.tax.collector].append(entry)
    return [_total(groups[key], currency, inclusive=header.prices_include_tax) for key in sorted(groups)]


def _total(entries: Sequence[Entry], currency: str, *, inclusive: bool) -> TaxTotal:
    tax = sum((entry.tax_amount + entry.marketplace_tax for entry in entries), _ZERO)
    amount = sum((entry.net if isinstance(entry, ContentLine) else entry.amount for entry in entries), _ZERO)
    of = _of(entries[0])
    return TaxTotal(
        tax_code_id=of.tax_code_id,
        code=of.code,
        name=of.name,
        percent=of.percent,
        collector=of.collector,
        net=money.shown(amount - tax if inclusive else amount, currency),
        tax=money.shown(tax, currency),
    )


def _of(entry: Entry) -> AppliedTax:
    if entry.tax is None:
        raise ValueError("the entry has no tax code")
    return entry.tax
