"""Use cases of persons who are logged in and ask about themselves. Each sees only his own requests."""

from collections.abc import Callable

from chalicelib.bulk.schemas import DownloadLink
from chalicelib.identity.users import service as users
from chalicelib.identity.users.schemas import User, UserQuery
from chalicelib.kernel import clock, quotas
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import Conflict, Forbidden, NotFound
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import to_struct
from chalicelib.kernel.pages import Page
from chalicelib.kernel.quotas import Allowance
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work
from chalicelib.privacy.own_requests.schemas import NewOwnPrivacyRequest, OwnPrivacyRequest, OwnPrivacyRequestQuery
from chalicelib.privacy.persons import service as persons
from chalicelib.privacy.requests import deciding, ending, events, identity, opening, repository, tables, timing
from chalicelib.privacy.requests.content_schemas import PrivacyChannel, PrivacySubject
from chalicelib.privacy.requests.decision_schemas import IdentityMethod, NewAppeal
from chalicelib.privacy.requests.schemas import CodeResult
from chalicelib.privacy.requests.states import PRIVACY_REQUEST
from chalicelib.privacy.requests.tables import OwnRequestQuery, PrivacyRequest

REQUESTS = Allowance("own_privacy_requests", "day", 20, "Privacy requests of one user about himself.")
_OWN_STEPS = frozenset({"send-code", "verify-code", "withdraw", "appeal"})
"""What a person does himself."""


def user_of(call: Call) -> User | None:
    """The record of the caller; None before the first login was recorded. Forbidden for machines."""
    if call.kind != "user":
        raise Forbidden("A machine has no personal data; a person must ask.")
    found = users.page(call, UserQuery(subject=call.actor)).data
    return found[0] if found else None


@use_case(events.RECEIVED)
def create(
    work: Work, command: NewOwnPrivacyRequest, user: User | None, *, has_logged_in: bool, gpc: bool
) -> OwnPrivacyRequest:
    """Adds a request of the caller about himself. QuotaReached."""
    quotas.take(work, REQUESTS, work.call.actor)
    subject = _subject_of(user)
    row = opening.new(work, command, PrivacyChannel.SELF_SERVICE, subject, gpc=gpc)
    row.requester = tables.requester_key(work.tenant, work.call.actor)
    identity.acknowledge(work, row)
    if has_logged_in:
        PRIVACY_REQUEST.take(row, "recognise")
        identity.settle(work, row, IdentityMethod.RECENT_LOGIN)
    elif subject.emails:
        identity.want_code(work, row)
    return view(repository.add(work, row))


@use_case(events.IDENTIFIED)
def recognise(work: Work, request_id: str) -> OwnPrivacyRequest:
    """Takes the recent login of the caller, which was checked before, as the proof. TransitionRefused."""

    def change(row: PrivacyRequest) -> None:
        PRIVACY_REQUEST.take(row, "recognise")
        identity.settle(work, row, IdentityMethod.RECENT_LOGIN)

    return _changed(work, request_id, change)


@use_case(events.CODE_WANTED)
def send_code(work: Work, request_id: str) -> OwnPrivacyRequest:
    """Has a code mailed to the caller. TransitionRefused, NoAddress, MailNotConfigured."""
    return _changed(work, request_id, lambda row: identity.ask_for_code(work, row))


@use_case(events.CODE_WRONG)
def verify_code(work: Work, request_id: str, code: str) -> CodeResult:
    """Compares a code with the one that was mailed; it is not accepted where none is waited for."""
    row = _load(work, request_id)
    work.match(row)
    if "verify-code" not in PRIVACY_REQUEST.allowed(row):
        return identity.NOT_ACCEPTED
    result = identity.enter(work, row, code)
    _saved(work, row)
    return result


@use_case(events.WITHDRAWN)
def withdraw(work: Work, request_id: str) -> OwnPrivacyRequest:
    """The caller does not want it any more. TransitionRefused once it is carried out."""
    return _changed(work, request_id, lambda row: ending.end(work, row, "withdraw"))


@use_case(events.APPEALED)
def appeal(work: Work, request_id: str, command: NewAppeal) -> OwnPrivacyRequest:
    """The caller does not accept the decision. TransitionRefused."""
    return _changed(work, request_id, lambda row: deciding.appeal(work, row, command.text))


@use_case(events.PACKAGE_FETCHED)
def fetch(work: Work, request_id: str) -> DownloadLink:
    """A link to the package of what is stored of the caller, for five minutes; that it was asked for is in the journal.
    NotFound; Conflict when there is none, or its time is over."""
    row = _load(work, request_id)
    if row.search_id is None or row.first_response_at is None:
        raise Conflict("There is no package for this request.")
    work.mention(row.entity, row.id)
    return persons.fetch(work, row.search_id)


def read(call: Call, request_id: str) -> OwnPrivacyRequest:
    """One request of the caller. NotFound, also for somebody else's."""
    return view(_of_caller(call, repository.read(call, request_id)))


def page(call: Call, query: OwnPrivacyRequestQuery) -> Page[OwnPrivacyRequest]:
    """A page of the caller's requests, newest first."""
    own = OwnRequestQuery(
        limit=query.limit, cursor=query.cursor, requester=tables.requester_key(call.tenant, call.actor)
    )
    rows, cursor = paginate(PrivacyRequest, tables.OWN_VIEWS, call, own)
    return Page([view(row) for row in rows], cursor)


def view(row: PrivacyRequest) -> OwnPrivacyRequest:
    """The request as the person sees it who has made it."""
    return to_struct(
        row,
        OwnPrivacyRequest,
        clock_share=timing.share(row, clock.now()),
        allowed_transitions=[each for each in PRIVACY_REQUEST.allowed(row) if each in _OWN_STEPS],
    )


def _subject_of(user: User | None) -> PrivacySubject:
    """What is known of the user; nothing before the first login was recorded."""
    if user is None:
        return PrivacySubject()
    name = " ".join(part for part in (user.given_name, user.family_name) if part)
    return PrivacySubject(name=name or None, emails=[] if user.email is None else [user.email], document_ids=[user.id])


def _of_caller(call: Call, row: PrivacyRequest) -> PrivacyRequest:
    if row.requester != tables.requester_key(call.tenant, call.actor):
        raise NotFound("There is no such privacy request.")
    return row


def _load(work: Work, request_id: str) -> PrivacyRequest:
    return _of_caller(work.call, repository.load(work, request_id))


def _changed(work: Work, request_id: str, change: Callable[[PrivacyRequest], None]) -> OwnPrivacyRequest:
    row = _load(work, request_id)
    work.match(row)
    change(row)
    return _saved(work, row)


def _saved(work: Work, row: PrivacyRequest) -> OwnPrivacyRequest:
    return view(repository.save(work, row))
