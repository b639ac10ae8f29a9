"""Sub-processors and processor terms over HTTP."""

from chalicelib.access.permissions import SELF
from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.kernel import log
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.pages import Page
from chalicelib.privacy.processors import service
from chalicelib.privacy.processors.errors import NoticeOver, TermsMissing
from chalicelib.privacy.processors.schemas import (
    Acceptance,
    AcceptTerms,
    NewObjection,
    Objection,
    ObjectionQuery,
    Processors,
    ProcessorTerms,
)

routes = Routes(
    __name__, "Processors", "Who processes data of the tenant for the operator, and by which terms (GDPR Art. 28)."
)


@routes.get(
    "/v1/privacy/processors",
    permission=SELF,
    scope=Scope.ANY,
)
def read_processors(request: Request[NoBody, NoQuery]) -> Processors:
    """Read the list of sub-processors.

    Those in force, the changes that are announced with the day from which they hold, and the platforms that the tenant
    has connected itself.
    """
    return service.current(request.call)


@routes.post(
    "/v1/privacy/processors/objections",
    permission="processor_objection.write",
    status=201,
    errors=[NoticeOver],
)
def object_to_processor(request: Request[NewObjection, NoQuery]) -> Answer[Objection]:
    """Object to an announced change of the sub-processors.

    Until the day from which the change holds. The operator is told and has to find a solution with the tenant.
    """
    made = request.commit(service.object_to, request.body)
    if not request.is_dry_run:
        log.count("ProcessorObjection")
    return made


@routes.get(
    "/v1/privacy/processors/objections",
    permission="processor_objection.read",
)
def list_processor_objections(request: Request[NoBody, ObjectionQuery]) -> Page[Objection]:
    """List the tenant's objections, newest first.

    To announced changes of the sub-processors.
    """
    return service.objections(request.call, request.query)


@routes.get(
    "/v1/privacy/processor-terms",
    permission=SELF,
    scope=Scope.ANY,
)
def read_processor_terms(request: Request[NoBody, NoQuery]) -> ProcessorTerms:
    """Read the processor terms.

    The text is null until the operator has supplied one, and `note` says so.
    """
    return service.read_terms(request.call)


@routes.post(
    "/v1/privacy/processor-terms/accept",
    permission="processor_terms.accept",
    errors=[TermsMissing],
)
def accept_processor_terms(request: Request[AcceptTerms, NoQuery]) -> Answer[Acceptance]:
    """Accept the processor terms for the tenant.

    With the `terms_version` of the text that was read; a version is accepted once. Refused while there is no text.
    """
    return request.commit(service.accept, request.body)
