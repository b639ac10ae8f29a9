"""Which movements documents have made. Kinds of documents that know offer the function as an extension of "moved_by",
under the prefix of their ids."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from chalicelib.kernel import declaration
from chalicelib.kernel.call import Call


class MovementKey(NamedTuple):
    """What identifies a movement."""

    item_id: str
    warehouse_id: str
    seq: int


Numbered = Sequence[tuple[int, MovementKey]]
Movements = Callable[[Call, str, int], Iterator[Numbered]]
"""`movements`: gets the id of a document, and gives its movements after a number, each with its number, some at a time;
none of a document that does not exist."""


def movements(call: Call, document_id: str, after: int) -> Iterator[Numbered]:
    """The movements of a document after a number, each with its number."""
    function: Movements = declaration.extension("moved_by", _prefix(document_id), "movements")
    return function(call, document_id, after)


def is_known(document_id: str) -> bool:
    """Whether documents with such ids know their movements."""
    return _prefix(document_id) in declaration.extended("moved_by")


def _prefix(document_id: str) -> str:
    return document_id.partition("_")[0]
