"""Retention over HTTP."""

from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.kernel.pages import Page
from chalicelib.privacy.retention import service
from chalicelib.privacy.retention.schemas import RetentionRules, RetentionRun, RunQuery

routes = Routes(
    __name__, "Retention", "How long each kind of data is kept, and what was deleted at the end of its time."
)


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
    """List how long data is kept, and why.

    The rules are the same for all tenants. What they deleted of your data is in the retention runs.
    """
    return service.declared()
