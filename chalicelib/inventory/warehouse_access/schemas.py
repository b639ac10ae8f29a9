"""API schemas of limiting users to warehouses."""

from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.inventory.warehouses.schemas import WarehouseId

MAX_WAREHOUSES = 50


class WarehouseAccess(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The warehouses that a user is limited to; null for no limit."""

    warehouses: (
        Annotated[
            list[WarehouseId],
            Meta(
                min_length=1,
                max_length=MAX_WAREHOUSES,
                description="The ids of the only warehouses that the user sees from now on; null removes the limit.",
            ),
        ]
        | None
    )
