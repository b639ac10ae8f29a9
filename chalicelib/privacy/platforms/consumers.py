"""Makes a privacy request of each delivery in which a platform asks for a person's data, or for its erasure. The
platform has checked who asks; an officer decides, as about every other request."""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from chalicelib.events.schemas import Change
from chalicelib.integrations.connections import service as connections
from chalicelib.integrations.connections.schemas import Connection, Platform
from chalicelib.integrations.inbox import service as inbox
from chalicelib.integrations.inbox.schemas import PersonAsked
from chalicelib.integrations.shopify import privacy_topics as shopify
from chalicelib.kernel import log
from chalicelib.kernel.address import Email, Phone
from chalicelib.kernel.call import Call
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work
from chalicelib.parties.customers import service as customers
from chalicelib.parties.customers.schemas import CustomerQuery
from chalicelib.privacy.requests import events, repository
from chalicelib.privacy.requests import service as requests
from chalicelib.privacy.requests.content_schemas import (
    PrivacyChannel,
    PrivacyExternalId,
    PrivacyRequestKind,
    PrivacySubject,
)
from chalicelib.privacy.requests.law_schemas import PrivacyLaw
from chalicelib.privacy.requests.schemas import NewPrivacyRequest
from chalicelib.privacy.requests.tables import PrivacyRequest

_READERS: Mapping[Platform, Callable[[Connection, bytes], PersonAsked | None]] = {Platform.SHOPIFY: shopify.read}


def take_over(call: Call, changes: Sequence[Change]) -> None:
    """Takes over the privacy requests among deliveries that wait for a person. May be repeated. What names nobody, such
    as the request of a whole shop, goes on waiting."""
    for delivery_id in dict.fromkeys(change.entity_id for change in changes):
        asked = inbox.privacy_request(call, delivery_id)
        if asked is not None:
            connection = connections.read(call, asked.connection_id)
            person = _READERS[connection.platform](connection, asked.body)
            if person is None:
                log.logger().warning("a delivery asks for nobody's data", delivery=delivery_id)
            else:
                _receive(call, delivery_id, _command(call, person))


def _receive(call: Call, delivery_id: str, command: NewPrivacyRequest) -> None:
    if any(_is_same(row, command) for row in repository.unanswered(call)):
        commit(call, inbox.hand_over, delivery_id)
    else:
        commit(call, receive, delivery_id, command)


@use_case(events.RECEIVED)
def receive(work: Work, delivery_id: str, command: NewPrivacyRequest) -> None:
    """Adds the request, and ends its delivery. Does nothing for a delivery that has ended before."""
    if inbox.is_waiting(work, delivery_id):
        requests.receive_from_platform(work, command)
        inbox.hand_over(work, delivery_id)


def _is_same(row: PrivacyRequest, command: NewPrivacyRequest) -> bool:
    """Whether a request that nobody has answered yet asks the same: ids of deliveries are not signed, so whoever has
    captured one could send it as often as he likes."""
    is_alike = row.channel is PrivacyChannel.PLATFORM and row.kind is command.kind
    return is_alike and row.subject.external_ids == command.subject.external_ids != []


def _command(call: Call, person: PersonAsked) -> NewPrivacyRequest:
    reference, known = person.reference, list[str]()
    if reference is not None:
        query = CustomerQuery(external_system=reference.system, external_id=reference.id)
        known = [each.id for each in customers.page(call, query).data]
    return NewPrivacyRequest(
        kind=PrivacyRequestKind.ERASURE if person.is_erasure else PrivacyRequestKind.ACCESS,
        law=PrivacyLaw.OTHER,  # the platform names none, and gives a month
        subject=PrivacySubject(
            emails=_usable(person.email, Email),
            phones=_usable(person.phone, Phone),
            document_ids=known,
            external_ids=[]
            if reference is None
            else [PrivacyExternalId(system=reference.system, external_id=reference.id)],
        ),
    )


def _usable(value: str | None, kind: object) -> list[str]:
    """The value in a list, if it has the form that it must have here."""
    try:
        return [] if value is None else [msgspec.convert(value, kind, strict=False)]
    except msgspec.ValidationError:
        return []
