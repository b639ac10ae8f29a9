"""Follows the feed: an import or export whose job was stopped or given up has ended too."""

from collections.abc import Sequence

from chalicelib.bulk.schemas import BulkProblem
from chalicelib.events.schemas import Change
from chalicelib.jobs import events as job_events
from chalicelib.kernel import ids
from chalicelib.kernel.call import Call
from chalicelib.kernel.use_case import UseCase, commit

INTERRUPTED = BulkProblem(code="interrupted", message="The job was given up; start another.")


def follow(
    call: Call,
    changes: Sequence[Change],
    prefix: str,
    stop: UseCase[[str], None],
    fail: UseCase[[str, BulkProblem], None],
) -> None:
    """Ends the documents of these jobs. prefix: of their ids."""
    for change in changes:
        for document_id in change.subjects:
            if not ids.is_valid(prefix, document_id):
                continue
            if change.event == str(job_events.CANCELLED):
                commit(call, stop, document_id)
            else:
                commit(call, fail, document_id, INTERRUPTED)
