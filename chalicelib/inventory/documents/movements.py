"""The movements that a stock document has made."""

from collections.abc import Iterator, Sequence
from itertools import islice

from chalicelib.inventory.documents import repository
from chalicelib.inventory.documents.tables import DocumentLine
from chalicelib.inventory.stock.moved_by import MovementKey, Numbered
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import NotFound

_PER_LINE = 10_000
"""More than the movements of any line."""
_LINES = 50
"""So many lines are looked at together."""


def movements(call: Call, document_id: str, after: int) -> Iterator[Numbered]:
    """The movements of a document after a number, in the order of its lines; none of one that does not exist or that
    the caller may not see."""
    try:
        lines = repository.lines_after(call, document_id, max(0, after // _PER_LINE - 1))
        while some := list(islice(lines, _LINES)):
            yield [each for each in _keys(call, some) if each[0] > after]
    except NotFound:
        return


def _keys(call: Call, lines: Sequence[DocumentLine]) -> Iterator[tuple[int, MovementKey]]:
    named = {each for line in lines for each in (line.from_location_id, line.to_location_id) if each}
    warehouse_of = {each: place.warehouse_id for each, place in warehouses.read_places(call, named).items()}
    for line in lines:
        found = [] if line.out_seq is None else [(line.from_location_id, line.out_seq)]
        found += [(line.to_location_id, seq) for seq in line.in_seqs]
        for index, (location_id, seq) in enumerate(found):
            if location_id in warehouse_of:
                key = MovementKey(line.item_id, warehouse_of[location_id], seq)
                yield line.line * _PER_LINE + index, key
