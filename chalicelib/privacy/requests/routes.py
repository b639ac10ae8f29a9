"""Privacy requests over HTTP, for those who answer them."""

from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.kernel.errors import TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.pages import Page
from chalicelib.privacy.requests import service
from chalicelib.privacy.requests.content_schemas import PrivacyRequestId
from chalicelib.privacy.requests.decision_schemas import (
    DuplicateOf,
    EnteredCode,
    Extension,
    Hold,
    IdentityRecord,
    NewAppeal,
    NewDecision,
    ToldRecipient,
)
from chalicelib.privacy.requests.errors import MailNotConfigured, NoAddress, NoExtension
from chalicelib.privacy.requests.schemas import (
    CodeResult,
    NewPrivacyRequest,
    PrivacyRequest,
    PrivacyRequestChange,
    PrivacyRequestQuery,
)

routes = Routes(__name__, "Privacy")
_READ, _MANAGE = "privacy_request.read", "privacy_request.manage"
_ALL = "/v1/privacy/requests"
_ONE = f"{_ALL}/{{request_id}}"
# The same path; the name says in which state the request must be.
_AWAITING = f"{_ALL}/{{awaiting_request_id}}"
_IDENTIFIED = f"{_ALL}/{{identified_request_id}}"
_DECIDED = f"{_ALL}/{{decided_request_id}}"


@routes.post(_ALL, permission=_MANAGE, status=201, location=_ALL + "/{id}")
def create_privacy_request(request: Request[NewPrivacyRequest, NoQuery]) -> Answer[PrivacyRequest]:
    """Write down a request of a person about his data.

    One that came by letter, telephone or mail. Its clock begins when it reached your company.
    """
    return request.commit(service.create, request.body)


@routes.get(_ALL, permission=_READ)
def list_privacy_requests(request: Request[NoBody, PrivacyRequestQuery]) -> Page[PrivacyRequest]:
    """List privacy requests, newest first.

    All of them, or those with a status, of a kind, under a law, or whose legal time is over.
    """
    return service.page(request.call, request.query)


@routes.get(_ONE, permission=_READ)
def read_privacy_request(request: Request[NoBody, NoQuery], request_id: PrivacyRequestId) -> PrivacyRequest:
    """Read a privacy request.

    How far it is, what its law says, and what can be done now.
    """
    return service.read(request.call, request_id)


@routes.patch(_ONE, permission=_MANAGE, errors=[TransitionRefused])
def update_privacy_request(
    request: Request[PrivacyRequestChange, NoQuery], request_id: PrivacyRequestId
) -> Answer[PrivacyRequest]:
    """Change what a privacy request says of the person and of what is wrong.

    Name, addresses and telephone numbers are fixed once the identity was checked.
    """
    return request.commit(service.update, request_id, request.body)


@routes.post(_ONE + "/acknowledge", permission=_MANAGE, change=True, errors=[TransitionRefused])
def acknowledge_privacy_request(
    request: Request[NoBody, NoQuery], request_id: PrivacyRequestId
) -> Answer[PrivacyRequest]:
    """Confirm that a privacy request was received

    You have told the person. From now on the identity is waited for, for 30 days.
    """
    return request.commit(service.acknowledge, request_id)


@routes.post(
    _AWAITING + "/send-code", permission=_MANAGE, change=True, errors=[TransitionRefused, NoAddress, MailNotConfigured]
)
def send_privacy_request_code(
    request: Request[NoBody, NoQuery], awaiting_request_id: PrivacyRequestId
) -> Answer[PrivacyRequest]:
    """Have a code mailed to the person of a privacy request

    To the first address. It is valid for ten minutes; an address gets three in an hour.
    """
    return request.commit(service.send_code, awaiting_request_id)


@routes.post(_AWAITING + "/verify-code", permission=_MANAGE, change=True, errors=[TransitionRefused])
def verify_privacy_request_code(
    request: Request[EnteredCode, NoQuery], awaiting_request_id: PrivacyRequestId
) -> Answer[CodeResult]:
    """Enter the code that a person has told you

    After three wrong ones, and after ten minutes, have a new one sent.
    """
    return request.commit(service.verify_code, awaiting_request_id, request.body.code)


@routes.post(_AWAITING + "/record-identity", permission=_MANAGE, change=True, errors=[TransitionRefused])
def record_privacy_request_identity(
    request: Request[IdentityRecord, NoQuery], awaiting_request_id: PrivacyRequestId
) -> Answer[PrivacyRequest]:
    """Record how you have checked the identity of a person

    Instead of a code. Who has done it is in the journal.
    """
    return request.commit(service.record_identity, awaiting_request_id, request.body)


@routes.post(_IDENTIFIED + "/ask-clarification", permission=_MANAGE, change=True, errors=[TransitionRefused])
def ask_privacy_request_clarification(
    request: Request[NoBody, NoQuery], identified_request_id: PrivacyRequestId
) -> Answer[PrivacyRequest]:
    """Record that you have asked a person what his request means

    The clock goes on.
    """
    return request.commit(service.ask_clarification, identified_request_id)


@routes.post(_IDENTIFIED + "/clarify", permission=_MANAGE, change=True, errors=[TransitionRefused])
def clarify_privacy_request(
    request: Request[NoBody, NoQuery], identified_request_id: PrivacyRequestId
) -> Answer[PrivacyRequest]:
    """Record that a person has said what his request means

    Then it can be decided.
    """
    return request.commit(service.clarify, identified_request_id)


@routes.post(_IDENTIFIED + "/hold", permission=_MANAGE, change=True, errors=[TransitionRefused])
def hold_privacy_request(
    request: Request[Hold, NoQuery], identified_request_id: PrivacyRequestId
) -> Answer[PrivacyRequest]:
    """Put a privacy request on hold for a legal reason

    Nothing goes until it is released, also not what was granted and has not begun. The clock goes on.
    """
    return request.commit(service.hold, identified_request_id, request.body)


@routes.post(_IDENTIFIED + "/release", permission=_MANAGE, change=True, errors=[TransitionRefused])
def release_privacy_request(
    request: Request[NoBody, NoQuery], identified_request_id: PrivacyRequestId
) -> Answer[PrivacyRequest]:
    """Release a privacy request that was on hold

    It is to be decided, anew if it was decided before.
    """
    return request.commit(service.release, identified_request_id)


@routes.post(_IDENTIFIED + "/decide", permission=_MANAGE, change=True, errors=[TransitionRefused])
def decide_privacy_request(
    request: Request[NewDecision, NoQuery], identified_request_id: PrivacyRequestId
) -> Answer[PrivacyRequest]:
    """Decide about a privacy request

    What is granted is done by itself: an erasure after three days, all else at once. Access, portability and erasure
    need a finished search, whose findings are all decided.
    """
    return request.commit(service.decide, identified_request_id, request.body)


@routes.post(_ONE + "/extend", permission=_MANAGE, change=True, errors=[TransitionRefused, NoExtension])
def extend_privacy_request(
    request: Request[Extension, NoQuery], request_id: PrivacyRequestId
) -> Answer[PrivacyRequest]:
    """Extend the time for a privacy request

    Once, where its law allows it, and if the person was told within the first time.
    """
    return request.commit(service.extend, request_id, request.body)


@routes.post(_ONE + "/withdraw", permission=_MANAGE, change=True, errors=[TransitionRefused])
def withdraw_privacy_request(request: Request[NoBody, NoQuery], request_id: PrivacyRequestId) -> Answer[PrivacyRequest]:
    """Record that a person has withdrawn his privacy request

    Refused once it is being carried out.
    """
    return request.commit(service.withdraw, request_id)


@routes.post(_ONE + "/cancel", permission=_MANAGE, change=True, errors=[TransitionRefused])
def cancel_privacy_request(request: Request[NoBody, NoQuery], request_id: PrivacyRequestId) -> Answer[PrivacyRequest]:
    """Cancel a privacy request

    Such as one that was written down by mistake. Refused once it is being carried out.
    """
    return request.commit(service.cancel, request_id)


@routes.post(_IDENTIFIED + "/mark-duplicate", permission=_MANAGE, change=True, errors=[TransitionRefused])
def mark_privacy_request_duplicate(
    request: Request[DuplicateOf, NoQuery], identified_request_id: PrivacyRequestId
) -> Answer[PrivacyRequest]:
    """Mark a privacy request as a duplicate

    Of two the one leads whose person was identified first. Each needs a check of its own.
    """
    return request.commit(service.mark_duplicate, identified_request_id, request.body)


@routes.post(_DECIDED + "/appeal", permission=_MANAGE, change=True, errors=[TransitionRefused])
def appeal_privacy_request(
    request: Request[NewAppeal, NoQuery], decided_request_id: PrivacyRequestId
) -> Answer[PrivacyRequest]:
    """Record that a person appeals against a decision

    It is decided anew, once, within the time that its law gives.
    """
    return request.commit(service.appeal, decided_request_id, request.body)


@routes.post(_DECIDED + "/record-recipient", permission=_MANAGE, change=True, errors=[TransitionRefused])
def record_privacy_request_recipient(
    request: Request[ToldRecipient, NoQuery], decided_request_id: PrivacyRequestId
) -> Answer[PrivacyRequest]:
    """Record that a recipient was told of what was done

    Such as a platform that has the data too, or somebody else whom you have given it. When all were told, the person
    gets the answer.
    """
    return request.commit(service.record_recipient, decided_request_id, request.body)


@routes.post(_DECIDED + "/deliver", permission=_MANAGE, change=True, errors=[TransitionRefused])
def deliver_privacy_request(
    request: Request[NoBody, NoQuery], decided_request_id: PrivacyRequestId
) -> Answer[PrivacyRequest]:
    """Record that the person has the answer

    For those whom nobody could mail it. An erasure is closed at once, and the person's name goes from the request.
    """
    return request.commit(service.deliver, decided_request_id)


@routes.post(_DECIDED + "/retry", permission=_MANAGE, change=True, errors=[TransitionRefused])
def retry_privacy_request(
    request: Request[NoBody, NoQuery], decided_request_id: PrivacyRequestId
) -> Answer[PrivacyRequest]:
    """Try the step of a privacy request again that has failed

    It goes on where it has failed.
    """
    return request.commit(service.retry, decided_request_id)


@routes.post(_DECIDED + "/close", permission=_MANAGE, change=True, errors=[TransitionRefused])
def close_privacy_request(
    request: Request[NoBody, NoQuery], decided_request_id: PrivacyRequestId
) -> Answer[PrivacyRequest]:
    """Close a privacy request

    The person has the answer. Ways to reach him are removed; three years later, all of it is.
    """
    return request.commit(service.close, decided_request_id)
