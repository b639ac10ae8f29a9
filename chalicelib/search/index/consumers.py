"""Follows the feed: what changed is found as it is by now. Entries may be handled again, which changes nothing."""

from collections.abc import Sequence

from chalicelib.events.schemas import Change
from chalicelib.kernel.call import Call
from chalicelib.search.index import events, writing

_AT_ONCE = 25
"""Documents whose entries are in memory at once."""


def follow(call: Call, changes: Sequence[Change]) -> None:
    """Brings the entries of all documents that the changes are about in step with them; writes them anew where a check
    asks for it."""
    by_kind: dict[str, set[str]] = {}
    anew: set[str] = set()
    for change in changes:
        named = writing.named(change)
        if change.event == events.ASKED.name:
            anew.update(document_id for _, document_id in named)
        for kind, document_id in named:
            by_kind.setdefault(kind, set()).add(document_id)
    for kind, found in by_kind.items():
        document_ids = sorted(found)
        for start in range(0, len(document_ids), _AT_ONCE):
            writing.index(call, kind, document_ids[start : start + _AT_ONCE], anew=anew)
