"""Samples of the reports on stock."""

from chalicelib.kernel.samples import Ref, Samples

_WAREHOUSE = {"warehouse_id": Ref("warehouse_id")}
SAMPLES = Samples(
    queries={
        "report_stock_as_of": {**_WAREHOUSE, "at": "2026-01-01T00:00:00Z"},
        "report_stock_ageing": _WAREHOUSE,
        "report_slow_movers": _WAREHOUSE,
    },
)
