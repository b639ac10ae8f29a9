"""Samples of the stock period."""

from chalicelib.kernel.samples import Samples

SAMPLES = Samples(
    bodies={
        "close_stock_period": {"through": "2026-01-31"},
        "reopen_stock_period": {"through": None},
    },
)
