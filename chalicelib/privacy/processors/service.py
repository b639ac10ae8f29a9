"""Use cases of sub-processors and processor terms."""

import hashlib

import msgspec

from chalicelib.integrations.connections import service as connections
from chalicelib.integrations.connections.schemas import ConnectionQuery, ConnectionStatus, Platform
from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import client
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import to_row, to_struct
from chalicelib.kernel.pages import MAX_LIMIT, Page
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work
from chalicelib.privacy.processors import catalogue, events, repository, tables, terms
from chalicelib.privacy.processors.errors import NoticeOver, TermsMissing
from chalicelib.privacy.processors.schemas import (
    Acceptance,
    AcceptTerms,
    NewObjection,
    Objection,
    ObjectionQuery,
    OtherParty,
    ProcessorChange,
    Processors,
    ProcessorTerms,
    SubProcessor,
)

_TERMS = "processor_terms"


def current(call: Call) -> Processors:
    """The sub-processors of today, announced changes, and the platforms that the tenant has connected."""
    today = clock.now().date()
    listed = [_processor(each) for each in catalogue.in_force(today)]
    return Processors(
        list_version=hashlib.sha256(msgspec.json.encode(listed, order="sorted")).hexdigest(),
        notice_days=catalogue.NOTICE.days,
        processors=listed,
        announced=[
            ProcessorChange(
                id=each.id,
                kind=each.kind,
                processor=_processor(each.processor),
                announced_on=each.announced_on,
                effective_on=each.effective_on,
            )
            for each in catalogue.announced(today)
        ],
        recipients=_connected(call),
        not_listed=[OtherParty(name=name, reason=reason) for name, reason in catalogue.NOT_LISTED],
    )


@use_case(events.OBJECTED)
def object_to(work: Work, command: NewObjection) -> Objection:
    """Records an objection to an announced change. Invalid for a change that is not announced, NoticeOver for one that
    is in force."""
    today = work.now.date()
    change = catalogue.change(command.change, today)
    if change is None:
        says = "No such change is announced."
        raise Invalid(errors=[FieldError("/change", "unknown_change", says)])
    if today >= change.effective_on:
        raise NoticeOver(f"The change holds since {change.effective_on.isoformat()}.")
    row = to_row(
        tables.Objection,
        command,
        partition=work.tenant.key(),
        id=work.new_id("pob"),
        processor=change.processor.name,
        effective_on=change.effective_on,
    )
    return to_struct(work.create(row), Objection)


def objections(call: Call, query: ObjectionQuery) -> Page[Objection]:
    """A page of the tenant's objections, newest first."""
    rows, cursor = paginate(tables.Objection, tables.VIEWS, call, query)
    return Page([to_struct(row, Objection) for row in rows], cursor)


def read_terms(call: Call) -> ProcessorTerms:
    """The processor terms, and whether the tenant has accepted them."""
    text = terms.text()
    version = None if text is None else terms.version(text)
    accepted = [to_struct(row, Acceptance) for row in repository.acceptances(call.tenant)]
    is_accepted = any(each.terms_version == version for each in accepted)
    note = terms.MISSING if text is None else terms.ACCEPTED if is_accepted else terms.TO_ACCEPT
    return ProcessorTerms(text=text, terms_version=version, note=note, is_accepted=is_accepted, acceptances=accepted)


@use_case(events.ACCEPTED)
def accept(work: Work, command: AcceptTerms) -> Acceptance:
    """Records that the tenant accepts the terms; once for each version. TermsMissing when there is no text, Invalid for
    another version than the current one."""
    text = terms.text()
    if text is None:
        raise TermsMissing(terms.MISSING)
    if command.terms_version != terms.version(text):
        says = "These are not the current terms; read them again."
        raise Invalid(errors=[FieldError("/terms_version", "outdated", says)])
    row = work.find(tables.Acceptance, work.tenant.key(), command.terms_version)
    if row is None:
        row = work.insert(
            tables.Acceptance(
                partition=work.tenant.key(),
                terms_version=command.terms_version,
                accepted_at=work.now,
                accepted_by=work.call.actor,
            )
        )
        work.mention(_TERMS, command.terms_version)
    return to_struct(row, Acceptance)


def _processor(each: catalogue.SubProcessor) -> SubProcessor:
    place = client.region() if each.is_in_stage_region else each.place
    return SubProcessor(
        id=each.id,
        name=each.name,
        purpose=each.purpose,
        data_classes=sorted(each.data_classes),
        place=place,
        transfer=each.transfer,
        since=each.starts_on,
    )


def _connected(call: Call) -> list[Platform]:
    """The platforms of the tenant's connections that work."""
    found = connections.page(call, ConnectionQuery(limit=MAX_LIMIT, status=ConnectionStatus.CONNECTED)).data
    return sorted({each.platform for each in found})
