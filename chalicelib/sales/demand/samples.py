"""Samples of demand."""

from chalicelib.kernel.samples import Ref, Samples

SAMPLES = Samples(queries={"list_demand": {"item_id": Ref("item_id")}})
