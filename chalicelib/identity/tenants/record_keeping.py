"""For how many years the law wants commercial records kept, by country, from the end of the calendar year."""

from collections.abc import Iterable

UNKNOWN_YEARS = 10
"""Where the country is not known, or has no entry: the longest of the usual periods."""
YEARS = {
    "DE": 8,  # vouchers since 2025: AO § 147, UStG § 14b, HGB § 257
    "FR": 10,  # Code de commerce, art. L123-22
    "IT": 10,  # Codice civile, art. 2220
    "ES": 6,  # Código de Comercio, art. 30
    "NL": 7,  # Algemene wet inzake rijksbelastingen, art. 52
    "AT": 7,  # BAO § 132
    "CH": 10,  # OR Art. 958f
    "IE": 6,  # Taxes Consolidation Act 1997, s. 886
    "PL": 5,  # Ordynacja podatkowa, art. 86
    "GB": 6,  # Companies Act 2006 s. 388, VAT Notice 700/21
    "US": 7,  # IRC § 6501: three years, six and seven in special cases
    "CA": 6,  # Income Tax Act, s. 230
    "AU": 5,  # Taxation Administration Act 1953
    "NZ": 7,  # Tax Administration Act 1994, s. 22
    "JP": 7,  # Corporation Tax Act
    "ZA": 5,  # Tax Administration Act, s. 29
    "IN": 8,  # Companies Act 2013, s. 128
    "AE": 5,  # Federal Decree-Law on tax procedures
    "SA": 6,  # VAT Implementing Regulations
}


def years(countries: Iterable[str]) -> int:
    """The longest period of these countries, by their codes of ISO 3166-1."""
    return max((YEARS.get(each, UNKNOWN_YEARS) for each in countries), default=UNKNOWN_YEARS)
