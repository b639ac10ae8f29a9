"""Corrects what is wrong, by the same commands as everybody's changes."""

from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import Conflict, Invalid, NotFound
from chalicelib.kernel.use_case import commit
from chalicelib.kernel.work import Work
from chalicelib.privacy.execution.failing import fails
from chalicelib.privacy.requests import concerned, corrections, execution
from chalicelib.privacy.requests.tables import PrivacyRequest


def execute(call: Call, row: PrivacyRequest) -> None:
    """Makes the corrections, each document in a commit of its own; what was corrected before a crash is the same
    afterwards. The step fails when one cannot be made any more."""
    with fails(call, row, Invalid, Conflict, NotFound):
        for each in corrections.commands(Work(call), row.correction or []):
            commit(call, each.update, each.document_id, each.change)
        commit(call, execution.executed, row.id, concerned.recipients(call, row))
