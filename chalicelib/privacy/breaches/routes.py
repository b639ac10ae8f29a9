"""The breach register over HTTP."""

from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.kernel.errors import TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.pages import Page
from chalicelib.privacy.breaches import register, service
from chalicelib.privacy.breaches.errors import BreachIncomplete
from chalicelib.privacy.breaches.notification_schemas import BreachNotifications, NewNotification
from chalicelib.privacy.breaches.schemas import (
    Assessment,
    Breach,
    BreachChange,
    BreachId,
    BreachQuery,
    NewBreach,
    RegisterEntry,
    RegisterQuery,
)

routes = Routes(__name__, "Breaches", "The register of personal data breaches, with its deadlines and who was told.")


@routes.post(
    "/v1/privacy/breaches",
    permission="breach.manage",
    status=201,
    location="/v1/privacy/breaches/{id}",
)
def record_breach(request: Request[NewBreach, NoQuery]) -> Answer[Breach]:
    """Record a personal data breach.

    As soon as somebody knows of it: its deadlines of 24 and 72 hours run from its detection. What is not known yet can
    follow.
    """
    return request.commit(service.record, request.body)


@routes.get(
    "/v1/privacy/breaches",
    permission="breach.read",
)
def list_breaches(request: Request[NoBody, BreachQuery]) -> Page[Breach]:
    """List personal data breaches, newest first.

    All of them, by status or risk; or with `overdue` those of which a deadline has passed, the longest overdue first.
    """
    return service.page(request.call, request.query)


@routes.get(
    "/v1/privacy/breaches/{breach_id}",
    permission="breach.read",
)
def read_breach(request: Request[NoBody, NoQuery], breach_id: BreachId) -> Breach:
    """Read a personal data breach.

    The hours that are left are those at the time of the answer; count from `due_at` when you show them for longer.
    """
    return service.read(request.call, breach_id)


@routes.patch(
    "/v1/privacy/breaches/{breach_id}",
    permission="breach.manage",
    errors=[TransitionRefused],
)
def update_breach(request: Request[BreachChange, NoQuery], breach_id: BreachId) -> Answer[Breach]:
    """Change what is known of a personal data breach.

    The time of its detection can only be corrected to an earlier one. Refused when it is closed.
    """
    return request.commit(service.update, breach_id, request.body)


@routes.post(
    "/v1/privacy/breaches/{breach_id}/assess",
    permission="breach.manage",
    change=True,
    errors=[TransitionRefused],
)
def assess_breach(request: Request[Assessment, NoQuery], breach_id: BreachId) -> Answer[Breach]:
    """Assess a personal data breach.

    Decides on the risk, and who has to be told. Without a risk the authority need not be told, with a reason; with a
    high risk the persons have to be told, or a reason has to be given. It replaces an earlier assessment.
    """
    return request.commit(service.assess, breach_id, request.body)


@routes.post(
    "/v1/privacy/breaches/{breach_id}/notify",
    permission="breach.manage",
    change=True,
    errors=[TransitionRefused],
)
def notify_breach(request: Request[NewNotification, NoQuery], breach_id: BreachId) -> Answer[Breach]:
    """Note who was told of a personal data breach.

    NovexERP sends nothing itself: it keeps who was told, when and what. The list can be added to and never changed. An
    authority that is told later than 72 hours after the detection needs the reason of the delay.
    """
    return request.commit(service.notify, breach_id, request.body)


@routes.get(
    "/v1/privacy/breaches/{breach_id}/notifications",
    permission="breach.read",
)
def list_breach_notifications(request: Request[NoBody, NoQuery], breach_id: BreachId) -> BreachNotifications:
    """List who was told of a personal data breach.

    All of them, the first first.
    """
    return service.notifications(request.call, breach_id)


@routes.post(
    "/v1/privacy/breaches/{breach_id}/close",
    permission="breach.manage",
    change=True,
    errors=[TransitionRefused, BreachIncomplete],
)
def close_breach(request: Request[NoBody, NoQuery], breach_id: BreachId) -> Answer[Breach]:
    """Close a personal data breach.

    Refused while the register lacks something, or somebody who has to be told was not; the answer names all of it.
    """
    return request.commit(service.close, breach_id)


@routes.post(
    "/v1/privacy/breaches/{breach_id}/reopen",
    permission="breach.manage",
    change=True,
    errors=[TransitionRefused],
)
def reopen_breach(request: Request[NoBody, NoQuery], breach_id: BreachId) -> Answer[Breach]:
    """Open a closed personal data breach again.

    It is assessed then, and can be assessed anew.
    """
    return request.commit(service.reopen, breach_id)


@routes.get(
    "/v1/privacy/breach-register",
    permission="breach.read",
)
def read_breach_register(request: Request[NoBody, RegisterQuery]) -> Page[RegisterEntry]:
    """Read the breach register.

    Each breach with everybody who was told, newest first: what an authority may ask for (GDPR Art. 33(5)).
    """
    return service.register(request.call, request.query)


@routes.get(
    "/v1/privacy/breach-register.csv",
    permission="breach.read",
    media_type="text/csv",
)
def read_breach_register_csv(request: Request[NoBody, RegisterQuery]) -> Answer[str]:
    """Read the breach register as CSV.

    A line for each breach, with the header. The `Link` header leads to the next page, when there is one.
    """
    found = service.register(request.call, request.query)
    headers = {**request.answer(found).headers, "Content-Type": "text/csv; charset=utf-8"}
    return Answer(200, headers, register.csv(found.data).encode())
