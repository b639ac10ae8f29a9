"""The audit trail over HTTP."""

from chalicelib.audit import service
from chalicelib.audit.schemas import (
    AuditEntry,
    AuditQuery,
    Verification,
    VerifyQuery,
)
from chalicelib.edge.endpoint import NoBody, Request, Routes
from chalicelib.kernel.lists import Page

routes = Routes(__name__, "Audit")


@routes.get(
    "/v1/audit",
    permission="audit.read",
)
def list_audit(request: Request[NoBody, AuditQuery]) -> Page[AuditEntry]:
    """List what was done, newest first.

    By time; entity, entity_id, actor and event narrow it, in any combination.
    """
    return service.audit(request.call, request.query)


@routes.get(
    "/v1/audit/verify",
    permission="audit.read",
)
def verify_audit(request: Request[NoBody, VerifyQuery]) -> Verification:
    """Check the hash chain of the journal.

    Each change's hash covers its content and the hash before it. Up to 1000 numbers at once.
    """
    return service.verify(request.call, request.query)
