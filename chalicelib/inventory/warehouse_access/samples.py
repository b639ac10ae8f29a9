"""Samples of limits of users to warehouses."""

from chalicelib.kernel.samples import Ref, Samples

SAMPLES = Samples(bodies={"limit_user": {"warehouses": [Ref("warehouse_id")]}})
