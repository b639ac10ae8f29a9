"""How the identity of the person is shown: by a code that was mailed, a recent login, or what an officer has seen."""

import hmac
from datetime import timedelta

from chalicelib.egress import mail
from chalicelib.kernel import entropy, quotas
from chalicelib.kernel.lookup_tokens import lookup_token
from chalicelib.kernel.quotas import Allowance
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.work import Work
from chalicelib.privacy.requests import events, tables, timing
from chalicelib.privacy.requests.decision_schemas import IdentityMethod, PrivacyMailState
from chalicelib.privacy.requests.errors import MailNotConfigured, NoAddress
from chalicelib.privacy.requests.schemas import CodeResult, PrivacyRequestStatus
from chalicelib.privacy.requests.states import PRIVACY_REQUEST
from chalicelib.privacy.requests.tables import PrivacyRequest

CODE_LIVES = timedelta(minutes=10)
TRIES = 3
CODES = Allowance("privacy_codes", "day", 500, "Codes that are mailed to prove who asks for data.")
CODES_OF_ADDRESS = Allowance("privacy_codes_of_address", "hour", 3, "Codes that are mailed to one address.")
_DIGITS = 8
NOT_ACCEPTED = CodeResult(is_accepted=False, tries_left=0)
"""The answer where no code can be entered."""


def new_code() -> str:
    """A random code."""
    return f"{int.from_bytes(entropy.token_bytes(16)) % 10**_DIGITS:0{_DIGITS}}"


def acknowledge(work: Work, row: PrivacyRequest) -> None:
    """Confirms the receipt; from now on the identity is waited for. TransitionRefused."""
    PRIVACY_REQUEST.take(row, "acknowledge")
    row.acknowledged_at = work.now
    row.identity_until = work.now + timing.IDENTITY_LIVES


def want_code(work: Work, row: PrivacyRequest) -> None:
    """Has a code mailed by the consumer; the one before counts no more. TransitionRefused."""
    PRIVACY_REQUEST.take(row, "send-code")
    row.code_wanted, row.mail, row.code_token, row.tries = True, PrivacyMailState.WAITING, None, None
    row.identity_until = work.now + timing.IDENTITY_LIVES


def forget_code(row: PrivacyRequest) -> None:
    """Ends the code that was mailed, or is being mailed: it proves another address than the request has now."""
    stop_code(row)
    row.mail = None


def ask_for_code(work: Work, row: PrivacyRequest) -> None:
    """Has a code mailed, if one can be. TransitionRefused, NoAddress, MailNotConfigured."""
    require_mail(row)
    want_code(work, row)


def require_mail(row: PrivacyRequest) -> None:
    """NoAddress, MailNotConfigured when no code can be mailed."""
    if not row.subject.emails:
        raise NoAddress("Add the person's e-mail address, or record how you have checked the identity.")
    if not mail.is_configured():
        raise MailNotConfigured("Record how you have checked the identity, or ask the operator to configure a sender.")


def made(work: Work, row: PrivacyRequest, code: str) -> None:
    """Stores the code that is mailed next; one that takes the place of a code whose mail could not be handed over costs
    nothing. QuotaReached when the tenant, or the address, was sent enough of them."""
    if row.code_token is None:
        quotas.take(work, CODES)
        quotas.take(work, CODES_OF_ADDRESS, tables.email_token(work.tenant, row.subject.emails[0]))
    row.code_token = _token(work.tenant, row, code)
    row.code_until = work.now + CODE_LIVES


def mailed(row: PrivacyRequest, state: PrivacyMailState) -> None:
    """Stores what became of the mail."""
    row.code_wanted, row.mail = None, state


def is_current(work: Work, row: PrivacyRequest, code: str) -> bool:
    """Whether the code is the one that was made last."""
    return hmac.compare_digest(row.code_token or "", _token(work.tenant, row, code))


def enter(work: Work, row: PrivacyRequest, code: str) -> CodeResult:
    """Compares a code with the one that was mailed last. A wrong one, and one that is over, counts as a try; after the
    third a new code must be sent. Before the first was made nothing counts. TransitionRefused when no code is waited
    for."""
    PRIVACY_REQUEST.require(row, "verify-code")
    if row.code_token is None:
        return CodeResult(is_accepted=False, tries_left=TRIES)
    is_in_time = row.code_until is not None and work.now <= row.code_until
    if is_current(work, row, code) and is_in_time:
        PRIVACY_REQUEST.take(row, "verify-code", PrivacyRequestStatus.SCOPING)
        settle(work, row, IdentityMethod.MAIL_CODE)
        work.annotate(event=events.IDENTIFIED)
        return CodeResult(is_accepted=True, tries_left=0)
    row.tries = (row.tries or 0) + 1
    left = max(0, TRIES - row.tries)
    if left == 0:
        PRIVACY_REQUEST.take(row, "verify-code", PrivacyRequestStatus.VERIFY_FAILED)
        row.code_token = row.code_until = None
        work.annotate(event=events.VERIFY_FAILED)
    else:
        work.annotate(event=events.CODE_WRONG)
    return CodeResult(is_accepted=False, tries_left=left)


def settle(work: Work, row: PrivacyRequest, how: IdentityMethod) -> None:
    """Stores that the identity was checked, after a step that leads on from there."""
    row.identity_at, row.identity_how = work.now, how
    row.tries = row.identity_until = None
    stop_code(row)


def stop_code(row: PrivacyRequest) -> None:
    """Ends the code that was mailed, and the mail of one that was not yet."""
    row.code_token = row.code_until = row.code_wanted = None
    if row.mail is PrivacyMailState.WAITING:
        row.mail = None


def _token(tenant: Tenant, row: PrivacyRequest, code: str) -> str:
    """What is stored of a code: eight digits could be guessed from a hash without a key."""
    return lookup_token(tenant, "privacy_code", f"{row.id} {code}")
