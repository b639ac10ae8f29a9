"""Follows the feed: what changed is found as it is by now. Entries may be handled again, which changes nothing."""

from collections.abc import Sequence

from chalicelib.events.schemas import Change
from chalicelib.kernel.call import Call
from chalicelib.search.index import events, writing


def follow(call: Call, changes: Sequence[Change]) -> None:
    """Brings the entries of all documents that the changes name in step with them; writes them anew where a check asks
    for it."""
    by_kind: dict[str, dict[str, None]] = {}
    anew: set[str] = set()
    for change in changes:
        named = (change.entity_id, *change.subjects)
        if change.event == events.ASKED.name:
            anew.update(named)
        for document_id in named:
            for searchable in writing.kinds(document_id):
                by_kind.setdefault(searchable.kind, {})[document_id] = None
    for kind, document_ids in by_kind.items():
        writing.index(call, kind, list(document_ids), anew=anew)
