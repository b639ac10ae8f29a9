"""How a request comes in, in whatever way."""

from datetime import datetime

import msgspec

from chalicelib.identity.tenants import service as tenants
from chalicelib.kernel.mapping import to_row
from chalicelib.kernel.work import Work
from chalicelib.privacy.requests import checks, identity, repository, tables, timing
from chalicelib.privacy.requests.content_schemas import (
    PrivacyChannel,
    PrivacyLane,
    PrivacySubject,
)
from chalicelib.privacy.requests.decision_schemas import IdentityMethod
from chalicelib.privacy.requests.schemas import NewPrivacyRequest, PrivacyRequestStatus
from chalicelib.privacy.requests.states import PRIVACY_REQUEST
from chalicelib.privacy.requests.tables import PrivacyRequest

_SERIES = "PR"


def by_officer(work: Work, command: NewPrivacyRequest) -> PrivacyRequest:
    """A request that an officer writes down. Invalid."""
    problems = checks.content(work, command.kind, command.subject, command.correction)
    checks.require([*problems, *checks.received(command.received_at, work.now)])
    row = new(work, command, PrivacyChannel.OFFICER, command.subject, received_at=command.received_at)
    return repository.add(work, row)


def by_platform(work: Work, command: NewPrivacyRequest) -> PrivacyRequest:
    """A request that a connected platform passes on, which has checked who asks. Invalid."""
    checks.require(checks.content(work, command.kind, command.subject, command.correction))
    row = new(work, command, PrivacyChannel.PLATFORM, command.subject, received_at=command.received_at)
    identity.acknowledge(work, row)
    PRIVACY_REQUEST.take(row, "recognise")
    identity.settle(work, row, IdentityMethod.PLATFORM)
    return repository.add(work, row)


def new(
    work: Work,
    command: msgspec.Struct,
    channel: PrivacyChannel,
    subject: PrivacySubject,
    *,
    gpc: bool = False,
    received_at: datetime | None = None,
) -> PrivacyRequest:
    """The request of a command with a kind and a law, which begins its clock; `repository.add` writes it."""
    request_id = work.new_id("prq")
    year = tenants.calendar(work).local(work.now).year
    row = to_row(
        PrivacyRequest,
        command,
        partition=tables.partition(work.tenant, request_id),
        id=request_id,
        number=work.new_number(_SERIES, year),
        lane=PrivacyLane.ACCOUNT if channel is PrivacyChannel.SELF_SERVICE else PrivacyLane.TENANT,
        channel=channel,
        subject=subject,
        status=PrivacyRequestStatus.RECEIVED,
        gpc=gpc,
        received_at=received_at or work.now,
    )
    timing.begin(work, row)
    return row
