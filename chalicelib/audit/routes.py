"""Changes and the audit trail over HTTP."""

from chalicelib.audit import service
from chalicelib.audit.schemas import (
    AuditEntry,
    AuditQuery,
    Changes,
    ChangesQuery,
    ParkedChange,
    ParkedQuery,
    Verification,
    VerifyQuery,
)
from chalicelib.edge.endpoint import Request, Routes
from chalicelib.kernel.lists import Page

routes = Routes(__name__, "Changes and audit")


@routes.get("/v1/changes", permission="change.read", query=ChangesQuery, returns=Changes)
def list_changes(request: Request) -> Changes:
    """List changes in order.

    Every commit is one change with the next number of your tenant. Send `next_after` as `after` to go on: nothing is
    left out and nothing comes twice. Changes name what changed; read the documents for their content.
    """
    return service.changes(request.call, request.query)


@routes.get("/v1/changes/parked", permission="change.read", query=ParkedQuery, returns=Page[ParkedChange])
def list_parked_changes(request: Request) -> Page[ParkedChange]:
    """List changes that a part of the product could not handle.

    They are tried again by themselves, at first after five minutes.
    """
    return service.parked(request.call, request.query)


@routes.get("/v1/audit", permission="audit.read", query=AuditQuery, returns=Page[AuditEntry])
def list_audit(request: Request) -> Page[AuditEntry]:
    """List what was done, newest first.

    By time; entity, entity_id, actor and event narrow it, in any combination.
    """
    return service.audit(request.call, request.query)


@routes.get("/v1/audit/verify", permission="audit.read", query=VerifyQuery, returns=Verification)
def verify_audit(request: Request) -> Verification:
    """Check the hash chain of the journal.

    Each change's hash covers its content and the hash before it. Up to 1000 numbers at once.
    """
    return service.verify(request.call, request.query)
