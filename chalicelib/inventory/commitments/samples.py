"""Samples of who waits for stock."""

from chalicelib.kernel.samples import Ref, Samples

SAMPLES = Samples(queries={"list_waiting": {"item_id": Ref("item_id"), "warehouse_id": Ref("warehouse_id")}})
