"""API schemas of the credit of a customer."""

from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel.decimals import Total
from chalicelib.parties.customers.schemas import CustomerId
from chalicelib.parties.parties.schemas import MoneyAmount


class CustomerCredit(msgspec.Struct, frozen=True, kw_only=True):
    """How much a customer may still order."""

    customer_id: CustomerId
    limit: Annotated[MoneyAmount | None, Meta(description="How much the customer may owe at once; null for no limit.")]
    used: Annotated[
        Total,
        Meta(description="The unpaid amounts of confirmed orders in the limit's currency. 0 without a limit."),
    ]
    left: Annotated[
        Total | None,
        Meta(
            description="What is left of the limit; 0 too when orders beyond it were let through. Null without a limit."
        ),
    ]
