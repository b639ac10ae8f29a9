"""How much fits into one transaction."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import TooManyActions
from chalicelib.kernel.work import Work

P = TypeVar("P")
KERNEL_ACTIONS = 2
"""The journal entry and the stored answer; a use case itself may use MAX_ACTIONS minus these."""
_SMALL_ACTIONS = store.MAX_ACTIONS // 4
"""Up to this number of actions, the transaction's size need not be checked against MAX_BYTES."""


def check(work: Work) -> None:
    """TooManyActions when the writes do not fit into one transaction."""
    allowed = store.MAX_ACTIONS - KERNEL_ACTIONS
    if len(work.actions) > allowed:
        raise TooManyActions(
            f"One transaction holds {allowed} writes, uniqueness rows counted; this needs {len(work.actions)}."
        )
    is_small = len(work.actions) <= _SMALL_ACTIONS
    if not is_small and sum(map(store.size_of, work.actions)) > store.MAX_BYTES:
        raise TooManyActions("One transaction holds 4 MB.")


def apply_while_room(
    work: Work,
    pieces: Sequence[P],
    apply: Callable[[P], None],
    *,
    reserve: int,
    actions_of: Callable[[P], int] = lambda _: 1,
) -> int:
    """Applies pieces one by one while the transaction has room for one more and for `reserve` other actions, and
    returns how many were applied. A piece is estimated to have as many actions as `actions_of` says, and at least as
    many as the largest piece before it. One that has a transaction to itself is tried whatever its estimate."""
    largest, size, measured = 1, 0, 0
    for done, piece in enumerate(pieces):
        used = len(work.actions) + KERNEL_ACTIONS + reserve
        if len(work.actions) > _SMALL_ACTIONS:
            size += sum(map(store.size_of, work.actions[measured:]))
            measured = len(work.actions)
        estimate = max(largest, actions_of(piece)) if work.actions else largest
        if used + estimate > store.MAX_ACTIONS or size > store.MAX_BYTES // 2:
            return done
        before = len(work.actions)
        apply(piece)
        largest = max(largest, len(work.actions) - before)
    return len(pieces)
