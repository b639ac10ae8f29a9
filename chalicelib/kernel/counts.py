"""Counts of documents that wait for somebody, for the badges of a screen."""

from collections.abc import Callable
from dataclasses import dataclass

from pynamodb.expressions.condition import Condition

from chalicelib.kernel import visibility
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.model import Row

MOST = 100
"""Counting ends above this number, so that the badges of a screen cost little however much waits."""
ReadCount = Callable[[Call], int]


@dataclass(frozen=True, slots=True)
class Count:
    """A count that a package offers.

    name: of the count in the answer. read: the function that counts, a `ReadCount`, by its submodule and name.
    permission: what the caller needs to see it. meaning: one sentence.
    """

    name: str
    read: str
    permission: str
    meaning: str


def count(call: Call, model: type[Row], keys: Condition, index: str | None = None) -> int:
    """How many rows of a query the caller may see: at most MOST + 1. The index should hold only what is counted."""
    if call.sees_all or not visibility.has_visibility(model):
        return store.count(model, keys, index=index, limit=MOST + 1)
    seen, start = 0, None
    while True:
        page = store.query(model, keys, index=index, limit=MOST, start=start)
        items = store.full(model, page.items) if index else page.items
        seen += len(visibility.visible(call, map(model.read, items)))
        start = page.next_key
        if start is None or seen > MOST:
            return min(seen, MOST + 1)
