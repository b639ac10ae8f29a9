"""Retention over HTTP."""

from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.kernel.lists import Page
from chalicelib.privacy.retention import service
from chalicelib.privacy.retention.schemas import RetentionRules, RetentionRun, RunQuery

routes = Routes(__name__, "Retention")


@routes.get(
    "/v1/retention/runs",
    permission="retention.read",
)
def list_retention_runs(request: Request[NoBody, RunQuery]) -> Page[RetentionRun]:
    """List retention runs, newest first.

    How much of your data was deleted at the end of its time, by rule.
    """
    return service.runs(request.call, request.query)


@routes.get(
    "/v1/retention/rules",
    permission="retention.read",
)
def list_retention_rules(request: Request[NoBody, NoQuery]) -> RetentionRules:
    """List how long data is kept, and why."""
    return service.declared()
