"""The public form over HTTP. Whoever has the link may use it; nothing tells what is known of anybody."""

from typing import ParamSpec, TypeVar

import msgspec

from chalicelib.access import permissions, sandbox
from chalicelib.access import service as access
from chalicelib.access.errors import RateLimited
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes, taken
from chalicelib.edge.incoming import Incoming
from chalicelib.kernel import clock, use_case
from chalicelib.kernel.errors import AnswerErased, Contention, KeyReused, NotFound, OutcomeUnknown
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.quotas import QuotaReached
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import UseCase
from chalicelib.privacy.forms import repository, service
from chalicelib.privacy.forms.schemas import (
    CodeWanted,
    FormDefinition,
    FormReceipt,
    FormToken,
    NewFormRequest,
    PrivacyForm,
)
from chalicelib.privacy.requests.content_schemas import PrivacyRequestId
from chalicelib.privacy.requests.decision_schemas import EnteredCode
from chalicelib.privacy.requests.schemas import CodeResult

routes = Routes(__name__, "Privacy")
P = ParamSpec("P")
T = TypeVar("T")
_STATUS = 202
_REFUSALS = [NotFound, QuotaReached, RateLimited, KeyReused, AnswerErased, Contention, OutcomeUnknown]


@routes.post("/v1/privacy/forms", permission="privacy_request.manage", status=201)
def link_privacy_form(request: Request[NoBody, NoQuery]) -> Answer[PrivacyForm]:
    """Make a link to the public form.

    For your web site: whoever has it can ask about his data there. A link that was made before ends at once.
    """
    return request.commit(service.link, service.new_token())


@routes.get(
    "/privacy/forms/{form_token}",
    permission=permissions.PUBLIC,
    errors=[NotFound, RateLimited, Contention],
)
def read_privacy_form(incoming: Incoming, form_token: FormToken) -> FormDefinition:
    """Read the public form.

    Which company it is of, and what can be asked.
    """
    return service.definition(_admitted(form_token))


@routes.post(
    "/privacy/forms/{form_token}/requests",
    permission=permissions.PUBLIC,
    command=False,
    status=_STATUS,
    takes=NewFormRequest,
    errors=_REFUSALS,
)
def receive_privacy_request(incoming: Incoming, form_token: FormToken) -> Answer[FormReceipt]:
    """Ask about your data by the public form.

    A code is mailed to the address, whoever it is of; then enter it. The answer never tells whether anything is stored
    of the person. `Sec-GPC: 1` is recorded as an objection to sale and sharing. An `Idempotency-Key` makes it safe to
    repeat.
    """
    command = taken(NewFormRequest, incoming)
    gpc = incoming.sends_gpc
    return _committed(form_token, incoming, "/requests", service.receive, command, gpc=gpc)


@routes.post(
    "/privacy/forms/{form_token}/requests/{form_request_id}/send-code",
    permission=permissions.PUBLIC,
    command=False,
    status=_STATUS,
    errors=_REFUSALS,
)
def send_form_code(incoming: Incoming, form_token: FormToken, form_request_id: PrivacyRequestId) -> Answer[CodeWanted]:
    """Have a new code mailed.

    The answer is the same if there is no such request, or it waits for none. An address gets three in an hour.
    """
    return _committed(
        form_token, incoming, f"/requests/{form_request_id}/send-code", service.send_code, form_request_id
    )


@routes.post(
    "/privacy/forms/{form_token}/requests/{form_request_id}/verify-code",
    permission=permissions.PUBLIC,
    command=False,
    status=_STATUS,
    takes=EnteredCode,
    errors=_REFUSALS,
)
def verify_form_code(
    incoming: Incoming, form_token: FormToken, form_request_id: PrivacyRequestId
) -> Answer[CodeResult]:
    """Enter the code that was mailed.

    After three wrong ones, and after ten minutes, have a new one sent.
    """
    code = taken(EnteredCode, incoming).code
    path = f"/requests/{form_request_id}/verify-code"
    return _committed(form_token, incoming, path, service.verify_code, form_request_id, code)


def _admitted(form_token: str) -> Tenant:
    """The tenant of the form, after its requests were counted. NotFound, RateLimited."""
    tenant = repository.tenant_of(form_token)
    access.count_delivery(tenant, "privacy_form", clock.now())
    return tenant


def _committed(
    form_token: str, incoming: Incoming, path: str, decide: UseCase[P, T], *args: P.args, **kwargs: P.kwargs
) -> Answer[T]:
    """The rendered result of a use case for somebody without a token, in the time of the tenant."""
    tenant = _admitted(form_token)
    call = service.call_of(tenant, incoming, f"/privacy/forms{path}")
    with sandbox.time_of(tenant):
        return use_case.answer(call, _rendered, decide, *args, **kwargs)


def _rendered(result: T) -> Answer[T]:
    return Answer(_STATUS, {"Content-Type": "application/json"}, msgspec.json.encode(result))
