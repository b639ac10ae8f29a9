"""API schemas of the self-check of stock."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.catalog.items.schemas import ItemId
from chalicelib.kernel import ids


class NewCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What to check, and what to do with what is wrong."""

    item_id: ItemId | None = None
    repair: Annotated[
        bool, Meta(description="Whether balances that drifted are set right; it needs the permission stock.repair.")
    ] = False


class CheckStarted(msgspec.Struct, frozen=True, kw_only=True):
    """The check goes on as a job; its report lists the drifts."""

    job_id: Annotated[str, ids.described("job", "the job that checks")]


class Drift(StrEnum):
    """What is wrong. `ledger`: on hand is not the sum of the movements. `reserved`: it is not what orders hold.
    `balance`: available is not on hand without reserved. `broken_ledger`: a movement is missing or does not add up.
    `no_balance`: orders hold stock where there is no balance."""

    LEDGER = "ledger"
    RESERVED = "reserved"
    BALANCE = "balance"
    BROKEN_LEDGER = "broken_ledger"
    NO_BALANCE = "no_balance"
