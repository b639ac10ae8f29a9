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

    What was deleted of your data because its time was over, by rule.
    """
    return service.runs(request.call, request.query)


@routes.get(
    "/v1/retention/rules",
    permission="retention.read",
)
def list_retention_rules(request: Request[NoBody, NoQuery]) -> RetentionRules:
    """List what is kept how long, and why."""
    return service.declared()
