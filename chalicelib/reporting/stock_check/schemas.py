"""API schemas of the self-check of stock."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.catalog.items.schemas import ItemId
from chalicelib.kernel import ids


class NewStockCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What to check, and what to do with what is wrong."""

    item_id: Annotated[ItemId, Meta(description="The only item to check; everything if absent.")] | None = None
    repair: Annotated[
        bool, Meta(description="Whether differences are also corrected; this needs the permission `stock.repair`.")
    ] = False


class StockCheckStarted(msgspec.Struct, frozen=True, kw_only=True):
    """The check was started as a job."""

    job_id: Annotated[str, ids.described("job", "the job whose report lists the differences")]


class Drift(StrEnum):
    """What is wrong. `ledger`: on hand is not the sum of the movements. `committed`: it is not what orders hold.
    `balance`: available is not on hand without committed and held. `broken_ledger`: a movement is missing or does not
    add up. `no_stock`: orders hold stock, or wait for it, where there is no row. `places`: what lies at the locations
    does not add up to what is on hand. `held`: it is not what lies where nothing is sold. `waiting`: it is not what
    orders wait for. `queue`: an order waits for another quantity than the list of those who wait says."""

    LEDGER = "ledger"
    COMMITTED = "committed"
    BALANCE = "balance"
    BROKEN_LEDGER = "broken_ledger"
    NO_STOCK = "no_stock"
    PLACES = "places"
    HELD = "held"
    WAITING = "waiting"
    QUEUE = "queue"
