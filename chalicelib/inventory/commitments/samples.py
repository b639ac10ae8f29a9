"""Samples of who waits for stock, and who has it."""

from chalicelib.kernel.samples import Ref, Samples

_PLACE = {"item_id": Ref("item_id"), "warehouse_id": Ref("warehouse_id")}
SAMPLES = Samples(queries={"list_waiting": _PLACE, "list_holders": _PLACE})
