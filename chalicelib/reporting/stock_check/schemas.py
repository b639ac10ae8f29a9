"""What the API says about the self-check of stock."""

from enum import StrEnum

import msgspec

from chalicelib.catalog.items.schemas import ItemId


class NewCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Of one item, or of everything. `repair` mends what drifted and journals it; it needs stock.repair."""

    item_id: ItemId | None = None
    repair: bool = False


class CheckStarted(msgspec.Struct, frozen=True, kw_only=True):
    """The check goes on as a job; its report lists the drifts."""

    job_id: str


class Drift(StrEnum):
    """What is wrong: the sum of the movements, what orders hold, or the balance in itself."""

    LEDGER = "ledger"
    RESERVED = "reserved"
    BALANCE = "balance"
    BROKEN_LEDGER = "broken_ledger"
    NO_BALANCE = "no_balance"
