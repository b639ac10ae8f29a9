"""Countries: the codes of ISO 3166-1 alpha-2, from the table that comes with the time zone database (tzdata), which is
kept up to date by IANA and installed anyway."""

from functools import cache
from importlib import resources

UNKNOWN = "ZZ"
"""ISO 3166 leaves this code to its users; here it means that nobody has said."""
_IN_USE = frozenset({"XK"})
"""Kosovo: not assigned by ISO, but used by carriers, banks and shops."""


def is_country(code: str) -> bool:
    """Whether it is the code of a country, or `ZZ` for an unknown one."""
    return code == UNKNOWN or code in _codes()


@cache
def _codes() -> frozenset[str]:
    """All codes; read when the first address is checked, because most requests have none."""
    table = resources.files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text(encoding="utf-8")
    return _IN_USE | {row[:2] for row in table.splitlines() if row[:2].isalpha()}
