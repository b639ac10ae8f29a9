"""Countries are those of ISO 3166-1, and one code for an unknown one."""

import pytest

from chalicelib.kernel import countries


def test_the_table_has_every_country() -> None:
    assert len(countries._codes()) == 250


@pytest.mark.parametrize("code", ["DE", "US", "TW", "GB", "XK", "ZZ"])
def test_a_code_in_use_is_a_country(code: str) -> None:
    assert countries.is_country(code)


@pytest.mark.parametrize("code", ["XX", "UK", "EU", "de", "D", "DEU", ""])
def test_another_code_is_none(code: str) -> None:
    assert not countries.is_country(code)
