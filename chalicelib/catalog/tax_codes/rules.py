"""Rules of tax codes, without access to the store: which rates a code may have, and which one holds."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from chalicelib.catalog.tax_codes.schemas import (
    AppliedTax,
    TaxCode,
    TaxCollector,
    TaxKind,
    TaxRate,
    TaxTreatment,
)
from chalicelib.kernel import periods
from chalicelib.kernel.codes import folded
from chalicelib.kernel.countries import UNKNOWN
from chalicelib.kernel.decimals import Percent
from chalicelib.kernel.errors import FieldError

_ZERO = Percent(0)
_CHARGED = frozenset({TaxKind.STANDARD, TaxKind.REDUCED})


def rate_errors(kind: TaxKind, rates: Sequence[TaxRate], pointer: str = "") -> list[FieldError]:
    """All errors of the rates of a code: an unknown country, a period that ends before it begins, a rate above zero of
    a code that charges nothing, two rates of one place on one day."""
    problems: list[FieldError] = []
    places: defaultdict[tuple[str, str], list[TaxRate]] = defaultdict(list)
    for index, rate in enumerate(rates):
        at = f"{pointer}/rates/{index}"
        if rate.country == UNKNOWN:
            problems.append(FieldError(f"{at}/country", "unknown_country", "A rate needs a country that is known."))
        if kind not in _CHARGED and rate.percent > 0:
            problems.append(FieldError(f"{at}/percent", "not_zero", f"A tax code of the kind {kind} charges nothing."))
        invalid = periods.errors(rate, at)
        problems += invalid
        others = places[_place(rate)]
        if not invalid and any(periods.overlap(rate, other) for other in others):
            problems.append(FieldError(at, "overlapping", "Another rate of this place holds on some of these days."))
        if not invalid:
            others.append(rate)
    return problems


def rate_at(code: TaxCode, country: str, region: str | None, day: date) -> TaxRate | None:
    """The rate that holds in a place on a day: that of the region, else that of the whole country; None when there is
    neither. The rate's own country and region say which."""
    held = {_place(rate): rate for rate in code.rates if periods.holds(rate, day)}
    of_region = held.get((country, folded(region))) if region else None
    return of_region or held.get((country, ""))


def _place(rate: TaxRate) -> tuple[str, str]:
    return rate.country, folded(rate.region or "")


def applied(
    code: TaxCode,
    country: str,
    region: str | None,
    day: date,
    *,
    treatment: TaxTreatment = TaxTreatment.TAXABLE,
    collector: TaxCollector = TaxCollector.SELLER,
) -> AppliedTax:
    """The tax of a line with this code that goes to a place on a day, to a customer who is taxed in this way.

    Nothing is charged to exempt customers and under reverse charge, whatever the code's rates; nor when the code is of
    a kind that charges nothing, or has no rate for the place and day. The reason says which of these it was.
    """
    rate = rate_at(code, country, region, day)
    percent, name, reason = _ZERO, code.name, _why_nothing(code, treatment)
    if reason is None and rate is not None:
        percent, name = rate.percent, rate.name or code.name
        reason = f"{name} in {_named(rate)}."
    return AppliedTax(
        tax_code_id=code.id,
        code=code.code,
        name=name,
        percent=percent,
        country=rate.country if rate else None,
        region=rate.region if rate else None,
        collector=collector,
        reason=reason or f"The tax code has no rate for {country} on {day.isoformat()}.",
    )


def _why_nothing(code: TaxCode, treatment: TaxTreatment) -> str | None:
    """Why nothing is charged, whatever the rates; None when they count."""
    if treatment is TaxTreatment.EXEMPT:
        return "The customer is exempt from taxes."
    if treatment is TaxTreatment.REVERSE_CHARGE or code.kind is TaxKind.REVERSE_CHARGE:
        return "The customer pays the tax to the tax office (reverse charge)."
    return {
        TaxKind.EXEMPT: "The tax code is exempt from taxes.",
        TaxKind.ZERO: "The tax code has the rate zero.",
    }.get(code.kind)


def _named(rate: TaxRate) -> str:
    return rate.country if rate.region is None else f"{rate.country}, {rate.region}"


def is_in(rates: Sequence[TaxRate], country: str) -> bool:
    """Whether a rate holds in the country or a part of it."""
    return any(rate.country == country for rate in rates)
