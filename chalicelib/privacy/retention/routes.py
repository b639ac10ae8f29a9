"""Retention over HTTP."""

from chalicelib.edge.endpoint import Request, Routes
from chalicelib.kernel.lists import Page
from chalicelib.privacy.retention import service
from chalicelib.privacy.retention.schemas import RetentionRules, RetentionRun, RunQuery

routes = Routes(__name__, "Retention")


@routes.get("/v1/retention/runs", permission="retention.read", query=RunQuery, returns=Page[RetentionRun])
def list_retention_runs(request: Request) -> Page[RetentionRun]:
    """List retention runs, newest first.

    What was deleted of your data because its time was over, by rule.
    """
    return service.runs(request.call, request.query)


@routes.get("/v1/retention/rules", permission="retention.read", returns=RetentionRules)
def list_retention_rules(request: Request) -> RetentionRules:
    """List what is kept how long, and why."""
    return service.declared()
