"""The ids of documents."""

from datetime import timedelta

import pytest

from chalicelib.kernel import ids


@pytest.mark.parametrize("month", ["2026-01", "2026-02", "2026-12", "2028-02"])
def test_the_bounds_of_a_month_hold_all_its_ids_and_no_other(month: str) -> None:
    low, high = ids.bounds_of_month("so", month)
    assert (ids.month(low), ids.month(high)) == (month, month)
    assert ids.month(ids.first_at("so", ids.moment(low) - timedelta(milliseconds=1))) < month
    assert ids.month(ids.first_at("so", ids.moment(high) + timedelta(milliseconds=1))) > month
    assert low.endswith("0" * 16)
    assert high.endswith("z" * 16)
