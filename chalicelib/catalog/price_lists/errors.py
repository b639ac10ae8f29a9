"""Refusals of price lists."""

from typing import ClassVar

from chalicelib.kernel.errors import Conflict


class TooManyPriceLists(Conflict):
    """There are as many active price lists as there may be."""

    code: ClassVar[str] = "too_many_price_lists"
    title: ClassVar[str] = "There are too many active price lists; archive one that is not used"
