"""The life of a privacy request. No step leads past the check of the identity."""

from chalicelib.kernel import clock
from chalicelib.kernel.state_machine import Guard, StateMachine, Transition, automatic, to
from chalicelib.privacy.requests import clocks
from chalicelib.privacy.requests.content_schemas import PrivacyRequestKind
from chalicelib.privacy.requests.decision_schemas import PrivacyOutcome
from chalicelib.privacy.requests.schemas import PrivacyRequestStatus as Status
from chalicelib.privacy.requests.tables import PrivacyRequest

ENDED = frozenset({Status.CLOSED, Status.WITHDRAWN, Status.CANCELLED, Status.DUPLICATE})
"""Nothing is done any more, except after an appeal."""
AUTOMATIC = (Status.EXECUTING, Status.VERIFYING, Status.NOTIFYING_RECIPIENTS)
"""The steps that are done by themselves."""
_STOPS = (to("withdraw", Status.WITHDRAWN), to("cancel", Status.CANCELLED))
_PROVES = (
    to("send-code", Status.AWAITING_IDENTITY),
    to("record-identity", Status.SCOPING),
    automatic("recognise", Status.SCOPING),
)
_FAILS = automatic("fail", Status.FAILED_RETRYABLE)


def _stays(state: Status) -> tuple[Transition[Status], ...]:
    """What can be done to a request under way that changes no state."""
    return to("update", state), to("extend", state)


def _tells(state: Status) -> Transition[Status]:
    """Others who have the data too may be told at any time once it is decided."""
    return to("record-recipient", state)


def _is_identified(row: PrivacyRequest) -> bool:
    return row.identity_at is not None


def is_granted(row: PrivacyRequest) -> bool:
    """Whether something is to be done."""
    return row.decision is not None and row.decision.outcome is not PrivacyOutcome.REFUSE


def _may_begin(row: PrivacyRequest) -> bool:
    if not (_is_identified(row) and is_granted(row)):
        return False
    if row.kind is PrivacyRequestKind.ERASURE:
        return row.cooling_off_until is not None and row.cooling_off_until <= clock.now()
    return True


def _may_cool_off(row: PrivacyRequest) -> bool:
    return _is_identified(row) and is_granted(row) and row.kind is PrivacyRequestKind.ERASURE


def _may_be_extended(row: PrivacyRequest) -> bool:
    has_extension = clocks.TERMS[row.law].extended is not None
    return has_extension and row.extended_to is None and row.appealed_at is None and row.first_response_at is None


def _may_be_closed(row: PrivacyRequest) -> bool:
    return row.status is Status.DELIVERED or not is_granted(row)


PRIVACY_REQUEST: StateMachine[Status, PrivacyRequest] = StateMachine(
    {
        Status.RECEIVED: (to("acknowledge", Status.AWAITING_IDENTITY), *_stays(Status.RECEIVED), *_STOPS),
        Status.AWAITING_IDENTITY: (
            *_PROVES,
            to("verify-code", Status.SCOPING, Status.AWAITING_IDENTITY, Status.VERIFY_FAILED),
            automatic("expire", Status.EXPIRED),
            *_stays(Status.AWAITING_IDENTITY),
            *_STOPS,
        ),
        Status.VERIFY_FAILED: (
            *_PROVES,
            automatic("expire", Status.EXPIRED),
            *_stays(Status.VERIFY_FAILED),
            *_STOPS,
        ),
        Status.EXPIRED: (*_PROVES, automatic("end", Status.CLOSED)),
        Status.SCOPING: (
            to("ask-clarification", Status.CLARIFICATION_NEEDED),
            to("hold", Status.ON_HOLD_LEGAL),
            to("decide", Status.DECIDED),
            to("mark-duplicate", Status.DUPLICATE),
            *_stays(Status.SCOPING),
            *_STOPS,
        ),
        Status.CLARIFICATION_NEEDED: (
            to("clarify", Status.SCOPING),
            to("hold", Status.ON_HOLD_LEGAL),
            to("decide", Status.DECIDED),
            to("mark-duplicate", Status.DUPLICATE),
            *_stays(Status.CLARIFICATION_NEEDED),
            *_STOPS,
        ),
        Status.ON_HOLD_LEGAL: (to("release", Status.SCOPING), *_stays(Status.ON_HOLD_LEGAL), *_STOPS),
        Status.DECIDED: (
            automatic("cool-off", Status.COOLING_OFF),
            automatic("begin-execution", Status.EXECUTING),
            to("hold", Status.ON_HOLD_LEGAL),
            to("close", Status.CLOSED),
            to("appeal", Status.APPEALED),
            to("extend", Status.DECIDED),
            _tells(Status.DECIDED),
            *_STOPS,
        ),
        Status.COOLING_OFF: (
            automatic("begin-execution", Status.EXECUTING),
            to("hold", Status.ON_HOLD_LEGAL),
            to("extend", Status.COOLING_OFF),
            _tells(Status.COOLING_OFF),
            *_STOPS,
        ),
        Status.EXECUTING: (automatic("execute", Status.VERIFYING), _tells(Status.EXECUTING), _FAILS),
        Status.VERIFYING: (automatic("verify", Status.NOTIFYING_RECIPIENTS), _tells(Status.VERIFYING), _FAILS),
        Status.NOTIFYING_RECIPIENTS: (
            _tells(Status.NOTIFYING_RECIPIENTS),
            automatic("tell-recipients", Status.NOTIFYING_RECIPIENTS),
            to("deliver", Status.DELIVERED, Status.CLOSED),
            _FAILS,
        ),
        Status.FAILED_RETRYABLE: (to("retry", *AUTOMATIC),),
        Status.DELIVERED: (to("close", Status.CLOSED), to("appeal", Status.APPEALED), _tells(Status.DELIVERED)),
        Status.CLOSED: (to("appeal", Status.APPEALED),),
        Status.APPEALED: (
            to("update", Status.APPEALED),
            to("hold", Status.ON_HOLD_LEGAL),
            to("decide", Status.DECIDED),
            *_STOPS,
        ),
        Status.WITHDRAWN: (),
        Status.CANCELLED: (),
        Status.DUPLICATE: (),
    },
    guards={
        "decide": Guard("the identity was checked", _is_identified),
        "mark-duplicate": Guard("the identity was checked", _is_identified),
        "cool-off": Guard("an erasure that was granted", _may_cool_off),
        "begin-execution": Guard("granted, and an erasure has cooled off", _may_begin),
        "deliver": Guard("the recipients were told", lambda row: row.recipients_told_at is not None),
        "extend": Guard("its law allows it, once", _may_be_extended),
        "close": Guard("answered, or refused", _may_be_closed),
        "appeal": Guard("decided, and not appealed before", lambda row: bool(row.decision and not row.appealed_at)),
    },
)
