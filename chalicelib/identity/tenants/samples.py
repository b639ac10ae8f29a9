"""Samples of the tenant itself."""

from chalicelib.edge.versions import history
from chalicelib.kernel.samples import Samples, Text, address

SAMPLES = Samples(
    bodies={
        "update_tenant": {
            "name": Text("Novex Bikes GmbH"),
            "currency": "EUR",
            "time_zone": "Europe/Berlin",
            "fiscal_year_start": 1,
            "over_delivery_percent": "5",
            "rounding": "half_up",
            "api_version": history.newest(),
            "addresses": [address("registered")],
        }
    }
)
