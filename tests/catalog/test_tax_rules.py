"""Taxes: which rate holds, and that the lines always sum up to the document, whatever is rounded how."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.tax_codes import computation, rules
from chalicelib.catalog.tax_codes.computation import TaxableLine, line_taxes
from chalicelib.catalog.tax_codes.schemas import AppliedTax, TaxCode, TaxCollector, TaxKind, TaxRate, TaxTreatment
from chalicelib.kernel import clock, periods
from chalicelib.kernel.decimals import Percent
from chalicelib.kernel.lifecycle import LifecycleStatus
from chalicelib.kernel.money import RoundingRule, minor_unit, minor_units

DAY = date(2026, 11, 26)
CURRENCIES = ["JPY", "EUR", "KWD"]
"""With no, two and three decimal places."""


def code(*rates: TaxRate, kind: TaxKind = TaxKind.STANDARD) -> TaxCode:
    now = clock.now()
    return TaxCode(
        id="txc_1",
        code="VAT",
        name="VAT",
        kind=kind,
        rates=list(rates),
        status=LifecycleStatus.ACTIVE,
        allowed_transitions=[],
        version=1,
        created_at=now,
        created_by="me",
        updated_at=now,
        updated_by="me",
    )


def rate(percent: str, country: str = "DE", region: str | None = None, **period: date) -> TaxRate:
    return TaxRate(country=country, region=region, percent=Percent(percent), **period)


def tax(percent: str = "19", name: str = "VAT", collector: TaxCollector = TaxCollector.SELLER) -> AppliedTax:
    return AppliedTax(
        tax_code_id="txc_1", code=name, name=name, percent=Percent(percent), collector=collector, reason="x"
    )


def line(amount: str, percent: str = "19") -> TaxableLine:
    return TaxableLine(Decimal(amount), tax(percent))


# --- which rate holds -------------------------------------------------------------------------------------------------

days = st.dates(date(2025, 1, 1), date(2025, 1, 20))
periods_of_days = st.tuples(st.none() | days, st.none() | days)
rates = st.lists(
    st.builds(
        lambda country, region, percent, period: TaxRate(
            country=country, region=region, percent=Percent(percent), valid_from=period[0], valid_to=period[1]
        ),
        st.sampled_from(["DE", "FR"]),
        st.sampled_from([None, "BE", "be ", "BY"]),
        st.integers(0, 100),
        periods_of_days,
    ),
    max_size=6,
)


@given(rates, st.sampled_from(["DE", "FR", "IT"]), st.sampled_from([None, "Be", "BY", "XX"]), days)
def test_at_most_one_rate_holds_in_a_place_on_a_day_and_a_region_goes_before_its_country(
    found: list[TaxRate], country: str, region: str | None, day: date
) -> None:
    if rules.rate_errors(TaxKind.STANDARD, found):
        return
    held = [each for each in found if each.country == country and periods.holds(each, day)]
    of_region = [each for each in held if region and each.region and each.region.strip().upper() == region.upper()]
    of_country = [each for each in held if each.region is None]
    assert len(of_region) <= 1
    assert len(of_country) <= 1
    expected = (of_region or of_country or [None])[0]
    assert rules.rate_at(code(*found), country, region, day) == expected
    assert rules.rate_at(code(*reversed(found)), country, region, day) == expected


@given(rates)
def test_rates_are_refused_exactly_when_two_hold_in_one_place_on_one_day_or_never(found: list[TaxRate]) -> None:
    everyday = [date(2024, 12, 31) + timedelta(days=number) for number in range(23)]

    def place(each: TaxRate) -> tuple[str, str]:
        return each.country, (each.region or "").strip().upper()

    held = [(place(each), day) for each in found for day in everyday if periods.holds(each, day)]
    never = [each for each in found if each.valid_from and each.valid_to and each.valid_from > each.valid_to]
    assert bool(rules.rate_errors(TaxKind.STANDARD, found)) == (len(held) > len(set(held)) or bool(never))


def test_all_errors_of_rates_are_told_at_once() -> None:
    found = [
        rate("19", "ZZ"),
        rate("19", valid_from=date(2025, 2, 1), valid_to=date(2025, 1, 1)),
        rate("7", valid_to=date(2025, 1, 1)),
        rate("8", valid_from=date(2025, 1, 1)),
    ]
    problems = rules.rate_errors(TaxKind.ZERO, found)
    assert [(each.pointer, each.code) for each in problems] == [
        ("/rates/0/country", "unknown_country"),
        ("/rates/0/percent", "not_zero"),
        ("/rates/1/percent", "not_zero"),
        ("/rates/1/valid_to", "empty_period"),
        ("/rates/2/percent", "not_zero"),
        ("/rates/3/percent", "not_zero"),
        ("/rates/3", "overlapping"),
    ]


@pytest.mark.parametrize(
    ("found", "treatment", "percent", "reason"),
    [
        (code(rate("19")), TaxTreatment.TAXABLE, "19", "VAT in DE."),
        (code(rate("19"), rate("20", region="BE")), TaxTreatment.TAXABLE, "20", "VAT in DE, BE."),
        (code(rate("19")), TaxTreatment.EXEMPT, "0", "The customer is exempt from taxes."),
        (
            code(rate("19")),
            TaxTreatment.REVERSE_CHARGE,
            "0",
            "The customer pays the tax to the tax office (reverse charge).",
        ),
        (code(kind=TaxKind.EXEMPT), TaxTreatment.TAXABLE, "0", "The tax code is exempt from taxes."),
        (code(kind=TaxKind.ZERO), TaxTreatment.TAXABLE, "0", "The tax code has the rate zero."),
        (code(rate("19", "FR")), TaxTreatment.TAXABLE, "0", "The tax code has no rate for DE on 2026-11-26."),
    ],
)
def test_the_rate_that_is_charged_says_why(found: TaxCode, treatment: TaxTreatment, percent: str, reason: str) -> None:
    applied = rules.applied(found, "DE", "be", DAY, treatment=treatment)
    assert (applied.percent, applied.reason) == (Decimal(percent), reason)


def test_a_rate_has_its_name_on_documents_only_where_it_is_charged() -> None:
    found = code(TaxRate(country="DE", percent=Percent(19), name="VAT 19%"))
    charged, exempt = (
        rules.applied(found, "DE", None, DAY, treatment=treatment)
        for treatment in (TaxTreatment.TAXABLE, TaxTreatment.EXEMPT)
    )
    assert (charged.name, charged.country, charged.reason) == ("VAT 19%", "DE", "VAT 19% in DE.")
    assert (exempt.name, exempt.country, exempt.percent) == ("VAT", "DE", 0)


# --- taxes of lines ---------------------------------------------------------------------------------------------------

percents = st.decimals(0, 100, places=4).map(Percent)
amounts = st.decimals(-(10**7), 10**7, places=6)
taxes = st.builds(
    lambda name, percent, collector: tax(str(percent), name, collector),
    st.sampled_from(["A", "B"]),
    st.sampled_from(["0", "7", "19", "8.875", "33.3333"]) | percents,
    st.sampled_from(TaxCollector),
)
documents = st.lists(st.builds(TaxableLine, amounts, st.none() | taxes), max_size=12)
currencies = st.sampled_from(CURRENCIES)
roundings = st.sampled_from(RoundingRule)


@given(documents, currencies, roundings, st.booleans())
def test_the_taxes_of_lines_and_of_rates_sum_up_to_the_document(
    lines: list[TaxableLine], currency: str, rounding: RoundingRule, inclusive: bool
) -> None:
    found = line_taxes(lines, currency, rounding, inclusive=inclusive)
    assert len(found.lines) == len(lines)
    assert sum(each.tax for each in found.lines) == found.tax
    assert sum(each.marketplace_tax for each in found.lines) == found.marketplace_tax
    assert sum(each.net for each in found.lines) == found.net
    assert sum(each.tax for each in found.rates) == found.tax + found.marketplace_tax
    unit = minor_unit(currency)
    for given_line, each in zip(lines, found.lines, strict=True):
        assert each.tax % unit == each.marketplace_tax % unit == 0
        assert given_line.amount == each.net + ((each.tax + each.marketplace_tax) if inclusive else 0)


@given(documents, currencies, roundings, st.booleans())
def test_every_line_has_the_tax_next_to_its_exact_one(
    lines: list[TaxableLine], currency: str, rounding: RoundingRule, inclusive: bool
) -> None:
    found = line_taxes(lines, currency, rounding, inclusive=inclusive)
    unit = Fraction(minor_unit(currency))
    for given_line, each in zip(lines, found.lines, strict=True):
        percent = Fraction(given_line.tax.percent) / 100 if given_line.tax else Fraction(0)
        exact = Fraction(given_line.amount) * (percent / (1 + percent) if inclusive else percent)
        distance = abs(Fraction(each.tax + each.marketplace_tax) - exact)
        assert distance <= unit / 2 if rounding.is_per_line else distance < unit


@given(documents, currencies, roundings, st.booleans())
def test_rounding_the_total_takes_the_exact_sum_of_each_rate(
    lines: list[TaxableLine], currency: str, rounding: RoundingRule, inclusive: bool
) -> None:
    found = line_taxes(lines, currency, rounding, inclusive=inclusive)
    for total in found.rates:
        of_rate = [
            each
            for each in lines
            if each.tax
            and (each.tax.code, each.tax.percent, each.tax.collector)
            == (total.group.code, total.group.percent, total.group.collector)
        ]
        percent = Fraction(total.group.percent) / 100
        factor = percent / (1 + percent) if inclusive else percent
        exact = sum((Fraction(each.amount) for each in of_rate), Fraction(0)) * factor
        allowed = Fraction(minor_unit(currency)) / 2 * (len(of_rate) if rounding.is_per_line else 1)
        assert abs(Fraction(total.tax) - exact) <= allowed


@given(documents, currencies, roundings, st.booleans())
def test_a_credit_mirrors_what_it_credits(
    lines: list[TaxableLine], currency: str, rounding: RoundingRule, inclusive: bool
) -> None:
    found = line_taxes(lines, currency, rounding, inclusive=inclusive)
    credit = [TaxableLine(-each.amount, each.tax) for each in lines]
    mirrored = line_taxes(credit, currency, rounding, inclusive=inclusive)
    assert [(each.net, each.tax, each.marketplace_tax) for each in mirrored.lines] == [
        (-each.net, -each.tax, -each.marketplace_tax) for each in found.lines
    ]


@given(documents, currencies, roundings, st.booleans(), st.randoms(use_true_random=False))
def test_the_order_of_the_lines_does_not_change_what_the_document_charges(
    lines: list[TaxableLine], currency: str, rounding: RoundingRule, inclusive: bool, random: st.DrawFn
) -> None:
    shuffled = list(lines)
    random.shuffle(shuffled)
    one, other = (line_taxes(each, currency, rounding, inclusive=inclusive) for each in (lines, shuffled))
    assert (one.net, one.tax, one.marketplace_tax) == (other.net, other.tax, other.marketplace_tax)
    assert one.rates == other.rates


@given(st.integers(-(10**9), 10**9), percents, currencies, roundings)
def test_inclusive_is_exclusive_backwards(units: int, percent: Percent, currency: str, rounding: RoundingRule) -> None:
    gross = Decimal(units).scaleb(-minor_units(currency))
    found = line_taxes([line(str(gross), str(percent))], currency, rounding, inclusive=True).lines[0]
    assert found.net + found.tax == gross
    again = line_taxes([line(str(found.net), str(percent))], currency, rounding, inclusive=False).lines[0]
    assert abs(again.tax - found.tax) <= minor_unit(currency)


@given(st.integers(-(10**6), 10**6), st.integers(1, 100), roundings)
def test_inclusive_and_exclusive_are_equal_where_nothing_is_rounded(
    hundreds: int, percent: int, rounding: RoundingRule
) -> None:
    net = Decimal(hundreds)
    exclusive = line_taxes([line(str(net), str(percent))], "EUR", rounding, inclusive=False).lines[0]
    gross = str(exclusive.net + exclusive.tax)
    assert line_taxes([line(gross, str(percent))], "EUR", rounding, inclusive=True).lines[0] == exclusive


@pytest.mark.parametrize(
    ("rounding", "document", "per_line"),
    [
        (RoundingRule.HALF_UP_PER_LINE, "0.03", ["0.01", "0.01", "0.01"]),
        (RoundingRule.HALF_EVEN_PER_LINE, "0.00", ["0.00", "0.00", "0.00"]),
        (RoundingRule.HALF_UP_PER_TOTAL, "0.02", ["0.01", "0.01", "0.00"]),
        (RoundingRule.HALF_EVEN_PER_TOTAL, "0.02", ["0.01", "0.01", "0.00"]),
    ],
)
def test_three_lines_of_half_a_cent_of_tax_by_each_rule(
    rounding: RoundingRule, document: str, per_line: list[str]
) -> None:
    found = line_taxes([line("0.05", "10")] * 3, "EUR", rounding, inclusive=False)
    assert found.tax == Decimal(document)
    assert [each.tax for each in found.lines] == [Decimal(each) for each in per_line]


@pytest.mark.parametrize(("currency", "expected"), [("JPY", "2"), ("EUR", "1.90"), ("KWD", "1.900")])
def test_tax_has_the_places_of_its_currency(currency: str, expected: str) -> None:
    found = line_taxes([line("10")], currency, RoundingRule.HALF_UP_PER_LINE, inclusive=False)
    assert str(found.tax) == expected


def test_what_a_marketplace_collects_is_shown_and_not_charged() -> None:
    lines = [line("10"), TaxableLine(Decimal(20), tax(collector=TaxCollector.MARKETPLACE)), TaxableLine(Decimal(5))]
    found = line_taxes(lines, "EUR", RoundingRule.HALF_UP_PER_LINE, inclusive=False)
    assert (found.net, found.tax, found.marketplace_tax) == (Decimal(35), Decimal("1.90"), Decimal("3.80"))
    assert found.total == Decimal("36.90")
    assert [(each.group.collector, each.net, each.tax) for each in found.rates] == [
        (TaxCollector.MARKETPLACE, Decimal(20), Decimal("3.80")),
        (TaxCollector.SELLER, Decimal(10), Decimal("1.90")),
    ]


def test_of_a_price_with_tax_the_marketplace_keeps_what_it_collects() -> None:
    lines = [TaxableLine(Decimal("11.90"), tax(collector=TaxCollector.MARKETPLACE))]
    found = line_taxes(lines, "EUR", RoundingRule.HALF_UP_PER_LINE, inclusive=True)
    assert (found.net, found.tax, found.marketplace_tax, found.total) == (10, 0, Decimal("1.90"), 10)


@pytest.mark.parametrize(
    ("given_tax", "currency", "accepted"),
    [
        ("1.90", "EUR", True),
        ("1.91", "EUR", True),
        ("1.89", "EUR", True),
        ("1.92", "EUR", False),
        ("9999", "EUR", False),
        ("0", "EUR", False),
        ("1.901", "KWD", True),
        ("1.91", "KWD", False),
        ("2", "JPY", True),
        ("4", "JPY", False),
    ],
)
def test_a_given_tax_is_the_computed_one_within_one_minor_unit(given_tax: str, currency: str, accepted: bool) -> None:
    computed = line_taxes([line("10")], currency, RoundingRule.HALF_UP_PER_LINE, inclusive=False).tax
    problems = computation.tax_given_errors(Decimal(given_tax), computed, currency, "/lines/0/tax_amount")
    assert [(each.pointer, each.code) for each in problems] == (
        [] if accepted else [("/lines/0/tax_amount", "wrong_tax")]
    )
    assert all(f"{computed} {currency}" in each.message for each in problems)
