"""The privacy policy over HTTP: as a page for everybody, and for programs; who has accepted it."""

import hashlib
import re
from typing import Annotated

from msgspec import Meta

from chalicelib.access.permissions import PUBLIC, SELF
from chalicelib.access.scope import Scope
from chalicelib.edge import incoming
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.edge.incoming import Incoming
from chalicelib.edge.page import HEADERS
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.pages import Page
from chalicelib.privacy.policy import page, service
from chalicelib.privacy.policy.schemas import (
    NewPolicyAcceptance,
    Policy,
    PolicyAcceptance,
    PolicyEntry,
    PolicyEntryQuery,
    PolicyQuery,
    PolicyVersions,
)

routes = Routes(__name__, "Privacy policy", "The privacy policy, its versions, and who has accepted which.")
_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
NumberInPath = Annotated[str, Meta(description="The number of the version of the policy.", examples=["1"])]


@routes.get(
    "/privacy",
    permission=PUBLIC,
    media_type="text/html",
    errors=[NotFound],
)
def read_policy_page(_: Incoming) -> Answer[str]:
    """Read the privacy policy.

    An HTML page with the version in force, when it was last updated, links to all versions, and what is announced. The
    ETag begins with the SHA-256 of the text.
    """
    return _html(None, "privacy/versions/", "privacy")


@routes.get(
    "/privacy/versions/{policy_version}",
    permission=PUBLIC,
    media_type="text/html",
    errors=[NotFound],
)
def read_policy_version_page(_: Incoming, policy_version: NumberInPath) -> Answer[str]:
    """Read a version of the privacy policy.

    An HTML page with an earlier version, the one in force, or the one that is announced.
    """
    if not _NUMBER.fullmatch(policy_version):
        raise NotFound("There is no such version of the privacy policy.")
    return _html(int(policy_version), "", "../../privacy")


@routes.get(
    "/v1/privacy/policy",
    permission=SELF,
    scope=Scope.ANY,
    before_acceptance=True,
    errors=[NotFound],
)
def read_policy(request: Request[NoBody, PolicyQuery]) -> Answer[Policy]:
    """Read the privacy policy.

    The version in force, or the one that is named. The first time that a user reads a version is written to the ledger:
    it was shown. The ETag begins with the SHA-256 of the text.
    """
    is_shown = incoming.current().method != "HEAD"  # which gets no text
    policy = service.read(request.call, request.query.policy_version, is_shown=is_shown)
    answer = request.answer(policy)
    return Answer(answer.status, {**answer.headers, "ETag": _tag(policy, answer.body)}, answer.body)


@routes.get(
    "/v1/privacy/policy/versions",
    permission=SELF,
    scope=Scope.ANY,
    before_acceptance=True,
)
def list_policy_versions(_: Request[NoBody, NoQuery]) -> PolicyVersions:
    """List the versions of the privacy policy, newest first.

    Without their texts; with the one that is announced, if there is one.
    """
    return service.all_versions()


@routes.get(
    "/v1/privacy/policy/acceptance",
    permission=SELF,
    scope=Scope.ANY,
    before_acceptance=True,
)
def read_policy_acceptance(request: Request[NoBody, NoQuery]) -> PolicyAcceptance:
    """Read what the privacy policy asks of you.

    Which version is in force, which one is announced, which one you have accepted, and whether other operations are
    refused until you accept the one in force.
    """
    return service.acceptance(request.call)


@routes.post(
    "/v1/privacy/policy/acceptances",
    permission=SELF,
    scope=Scope.ANY,
    before_acceptance=True,
)
def accept_policy(request: Request[NewPolicyAcceptance, NoQuery]) -> Answer[PolicyEntry]:
    """Accept a version of the privacy policy.

    The one in force, or the one that is announced. If you have accepted it before, nothing changes, and the answer is
    the entry of that time. A machine cannot accept.
    """
    return request.commit(service.accept, request.body)


@routes.get(
    "/v1/privacy/policy/acceptances",
    permission="policy.read",
)
def list_policy_acceptances(request: Request[NoBody, PolicyEntryQuery]) -> Page[PolicyEntry]:
    """List who was shown a version of the privacy policy and who has accepted it.

    By user, then by version; all entries, or those of a user, a version or a step.
    """
    return service.page(request.call, request.query)


def _html(number: int | None, to_versions: str, to_policy: str) -> Answer[str]:
    policy = service.with_text(service.requested(number))
    body = page.document(policy, to_versions, to_policy).encode()
    return Answer(200, {**HEADERS, "Cache-Control": "no-cache", "ETag": _tag(policy, body)}, body)


def _tag(policy: Policy, body: bytes) -> str:
    """The hash of the text, and one of all that is shown with it, such as a version that was announced since."""
    return f'"{policy.content_hash}.{hashlib.sha256(body).hexdigest()[:24]}"'
