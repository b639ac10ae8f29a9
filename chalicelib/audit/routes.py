"""The audit trail over HTTP."""

from chalicelib.audit import service
from chalicelib.audit.schemas import (
    AuditEntry,
    AuditQuery,
    AuditVerification,
    VerifyQuery,
)
from chalicelib.edge.endpoint import NoBody, Request, Routes
from chalicelib.kernel.pages import Page

routes = Routes(__name__, "Audit", "Who did what to which document, as a chain of hashes that shows alterations.")


@routes.get(
    "/v1/audit",
    permission="audit.read",
)
def list_audit(request: Request[NoBody, AuditQuery]) -> Page[AuditEntry]:
    """List what was done, newest first.

    All entries of a time; `entity`, `entity_id`, `actor` and `event` narrow the list, in any combination.
    """
    return service.audit(request.call, request.query)


@routes.get(
    "/v1/audit/verify",
    permission="audit.read",
)
def verify_audit(request: Request[NoBody, VerifyQuery]) -> AuditVerification:
    """Check the hash chain of the journal.

    The hash of each entry covers its content and the hash before it, so an altered, removed or moved entry shows. Up to
    1000 entries at once.
    """
    return service.verify(request.call, request.query)
