"""Requests of users about their own accounts, over HTTP."""

from chalicelib.access import permissions, step_up
from chalicelib.access.scope import Scope
from chalicelib.bulk.schemas import DownloadLink
from chalicelib.edge import incoming
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.kernel.errors import Conflict, Forbidden, TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.pages import Page
from chalicelib.kernel.quotas import QuotaReached
from chalicelib.privacy.own_requests import service
from chalicelib.privacy.own_requests.schemas import (
    NewOwnPrivacyRequest,
    OwnPrivacyRequest,
    OwnPrivacyRequestQuery,
)
from chalicelib.privacy.requests.content_schemas import PrivacyRequestId
from chalicelib.privacy.requests.decision_schemas import EnteredCode, NewAppeal
from chalicelib.privacy.requests.errors import MailNotConfigured, NoAddress
from chalicelib.privacy.requests.schemas import CodeResult

routes = Routes(__name__, "Privacy")


@routes.post(
    "/v1/me/privacy-requests",
    permission=permissions.SELF,
    scope=Scope.ANY,
    before_acceptance=True,
    status=201,
    location="/v1/me/privacy-requests/{id}",
    errors=[Forbidden, QuotaReached],
)
def create_own_privacy_request(request: Request[NewOwnPrivacyRequest, NoQuery]) -> Answer[OwnPrivacyRequest]:
    """Ask about your own data.

    If you have logged in within the last 15 minutes, that proves who you are. Otherwise a code is mailed to your
    address; enter it, or log in again and confirm that.
    """
    user, call = service.user_of(request.call), request.call
    return request.commit(
        service.create,
        request.body,
        user,
        has_logged_in=step_up.is_recent(call),
        gpc=incoming.current().sends_gpc,
    )


@routes.get("/v1/me/privacy-requests", permission=permissions.SELF, scope=Scope.ANY, before_acceptance=True)
def list_own_privacy_requests(request: Request[NoBody, OwnPrivacyRequestQuery]) -> Page[OwnPrivacyRequest]:
    """List your own privacy requests, newest first.

    Only those that you have made yourself.
    """
    return service.page(request.call, request.query)


@routes.get(
    "/v1/me/privacy-requests/{own_request_id}", permission=permissions.SELF, scope=Scope.ANY, before_acceptance=True
)
def read_own_privacy_request(request: Request[NoBody, NoQuery], own_request_id: PrivacyRequestId) -> OwnPrivacyRequest:
    """Read one of your own privacy requests.

    How far it is, and until when it must be answered.
    """
    return service.read(request.call, own_request_id)


@routes.post(
    "/v1/me/privacy-requests/{own_request_id}/confirm-login",
    permission=permissions.SELF,
    scope=Scope.ANY,
    before_acceptance=True,
    change=True,
    dangerous=True,
    errors=[TransitionRefused],
)
def confirm_own_login(request: Request[NoBody, NoQuery], own_request_id: PrivacyRequestId) -> Answer[OwnPrivacyRequest]:
    """Prove who you are by your login.

    For a request that waits for it; no code is needed then.
    """
    return request.commit(service.recognise, own_request_id)


@routes.post(
    "/v1/me/privacy-requests/{answered_own_request_id}/package",
    permission=permissions.SELF,
    scope=Scope.ANY,
    before_acceptance=True,
    dangerous=True,
    errors=[Conflict],
)
def fetch_own_privacy_package(
    request: Request[NoBody, NoQuery], answered_own_request_id: PrivacyRequestId
) -> Answer[DownloadLink]:
    """Fetch the package of what is stored of you.

    For an access or portability request that is answered: a link for five minutes, to a file that is there for 14
    days. It needs a login of the last 15 minutes.
    """
    return request.commit(service.fetch, answered_own_request_id)


@routes.post(
    "/v1/me/privacy-requests/{own_request_id}/send-code",
    permission=permissions.SELF,
    scope=Scope.ANY,
    before_acceptance=True,
    change=True,
    errors=[TransitionRefused, NoAddress, MailNotConfigured],
)
def send_own_code(request: Request[NoBody, NoQuery], own_request_id: PrivacyRequestId) -> Answer[OwnPrivacyRequest]:
    """Have a new code mailed to you.

    It is valid for ten minutes, and the one before is not any more. An address gets three in an hour.
    """
    return request.commit(service.send_code, own_request_id)


@routes.post(
    "/v1/me/privacy-requests/{own_request_id}/verify-code",
    permission=permissions.SELF,
    scope=Scope.ANY,
    before_acceptance=True,
    change=True,
)
def verify_own_code(request: Request[EnteredCode, NoQuery], own_request_id: PrivacyRequestId) -> Answer[CodeResult]:
    """Enter the code that was mailed to you.

    After three wrong ones, and after ten minutes, have a new one sent.
    """
    return request.commit(service.verify_code, own_request_id, request.body.code)


@routes.post(
    "/v1/me/privacy-requests/{own_request_id}/withdraw",
    permission=permissions.SELF,
    scope=Scope.ANY,
    before_acceptance=True,
    change=True,
    errors=[TransitionRefused],
)
def withdraw_own_privacy_request(
    request: Request[NoBody, NoQuery], own_request_id: PrivacyRequestId
) -> Answer[OwnPrivacyRequest]:
    """Withdraw one of your own privacy requests.

    Refused once it is being carried out. An erasure begins three days after it was granted.
    """
    return request.commit(service.withdraw, own_request_id)


@routes.post(
    "/v1/me/privacy-requests/{decided_own_request_id}/appeal",
    permission=permissions.SELF,
    scope=Scope.ANY,
    before_acceptance=True,
    change=True,
    errors=[TransitionRefused],
)
def appeal_own_privacy_request(
    request: Request[NewAppeal, NoQuery], decided_own_request_id: PrivacyRequestId
) -> Answer[OwnPrivacyRequest]:
    """Appeal against what was decided about one of your own privacy requests.

    It is decided anew, once.
    """
    return request.commit(service.appeal, decided_own_request_id, request.body)
