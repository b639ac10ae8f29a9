"""Follows the feed: an export whose job was stopped or given up has ended too."""

from collections.abc import Sequence

from chalicelib.bulk import stopped_jobs
from chalicelib.bulk.exports import service
from chalicelib.events.schemas import Change
from chalicelib.kernel.call import Call


def stop(call: Call, changes: Sequence[Change]) -> None:
    """Ends the exports of these jobs, unless they have ended."""
    stopped_jobs.follow(call, changes, "exp", service.stop, service.fail)
