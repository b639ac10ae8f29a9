"""The privacy policy: its versions, and the ledger of who was shown which version and has accepted it."""

from datetime import datetime

from chalicelib.access import access_state
from chalicelib.kernel import clock, log
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import DomainError, FieldError, Forbidden, Invalid, NotFound
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import merged, to_struct
from chalicelib.kernel.pages import Page
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work
from chalicelib.privacy.policy import events, operator, repository, tables, texts, versions
from chalicelib.privacy.policy.schemas import (
    NewPolicyAcceptance,
    Policy,
    PolicyAcceptance,
    PolicyAcceptedHow,
    PolicyEntry,
    PolicyEntryQuery,
    PolicyStatus,
    PolicyStep,
    PolicyVersion,
    PolicyVersions,
)
from chalicelib.privacy.policy.versions import Version


def requested(number: int | None) -> Version:
    """The version with this number, or the one in force. NotFound when it is not announced, or none is in force yet."""
    version = versions.in_force() if number is None else versions.find(number)
    if version is None:
        raise NotFound("There is no such version of the privacy policy.")
    return version


def read(call: Call, number: int | None, *, is_shown: bool) -> Policy:
    """A version with its text, by default the one in force. NotFound. is_shown: the caller gets the text; the first
    time for a user is written down."""
    version = requested(number)
    policy = with_text(version)
    if is_shown and call.kind == "user":
        marks = access_state.policy_marks(call.tenant, call.actor)
        if str(version.number) not in marks.shown:
            _note_shown(call, version)
    return policy


def _note_shown(call: Call, version: Version) -> None:
    """Writes down that the caller is shown the version. Never raises, so that the text is shown even if that cannot be
    written; the next reading tries again."""
    try:
        commit(call, show, version)
    except DomainError as error:
        log.count("PolicyShowingUntold")
        log.logger().error("that a policy was shown could not be written", code=error.code)


def all_versions() -> PolicyVersions:
    """All versions that were announced, newest first."""
    return PolicyVersions([view(version) for version in versions.readable()])


def acceptance(call: Call) -> PolicyAcceptance:
    """What the policy asks of the caller."""
    entries = repository.own(call)
    in_force, announced = versions.in_force(), versions.announced()
    required = versions.counting().required if call.kind == "user" else 0
    marks = access_state.policy_marks(call.tenant, call.actor, fresh=True)
    return PolicyAcceptance(
        in_force=None if in_force is None else view(in_force),
        announced=None if announced is None else view(announced),
        shown=_newest(entries, PolicyStep.SHOWN),
        accepted=_newest(entries, PolicyStep.ACCEPTED),
        needs_acceptance=required > marks.accepted,
    )


def _newest(entries: list[tables.PolicyEntry], step: PolicyStep) -> PolicyEntry | None:
    found = [entry for entry in entries if entry.step is step]
    return to_struct(found[-1], PolicyEntry) if found else None


def page(call: Call, query: PolicyEntryQuery) -> Page[PolicyEntry]:
    """A page of the ledger, by user and version."""
    rows, cursor = paginate(tables.PolicyEntry, tables.VIEWS, call, query)
    return Page([to_struct(row, PolicyEntry) for row in rows], cursor)


@use_case(events.SHOWN)
def show(work: Work, version: Version) -> None:
    """Writes down that the caller was shown the version, unless that was done before."""
    shown, _ = _entries(work, version)
    if shown is None:
        _add(work, version, PolicyStep.SHOWN, shown_at=clock.real())
    access_state.policy_shown(work, work.call.actor, version.number)
    _annotate(work, version)


@use_case(events.ACCEPTED)
def accept(work: Work, command: NewPolicyAcceptance) -> PolicyEntry:
    """Writes down that the caller accepts a version, in an explicit step; what was accepted before stays as it is.

    Forbidden for a machine; Invalid for a version that is neither in force nor announced.
    """
    if work.call.kind != "user":
        raise Forbidden("A machine cannot accept the privacy policy; a person must.")
    return _accepted(work, _acceptable(command.policy_version), PolicyAcceptedHow.EXPLICIT)


@use_case(events.ACCEPTED_BY_USE)
def go_on(work: Work, version: Version) -> PolicyEntry:
    """Writes down that the caller has accepted the version by going on."""
    return _accepted(work, version, PolicyAcceptedHow.CONTINUED_USE)


def accept_by_use(call: Call, number: int) -> None:
    """Writes down that the caller has accepted the version by going on. Contention when that is not possible now."""
    commit(call, go_on, requested(number))


def _acceptable(number: int) -> Version:
    """The version in force or announced with this number. Invalid when there is none."""
    offered = [each for each in (versions.in_force(), versions.announced()) if each is not None]
    for version in offered:
        if version.number == number:
            return version
    numbers = ", ".join(str(version.number) for version in offered)
    says = "is not in force any more" if versions.find(number) is not None else "does not exist"
    message = f"Version {number} {says}. Choose one of: {numbers}." if offered else "No version can be accepted yet."
    errors = [FieldError("/policy_version", "not_one_of", message)]
    raise Invalid("This version of the privacy policy cannot be accepted.", errors=errors)


def _accepted(work: Work, version: Version, how: PolicyAcceptedHow) -> PolicyEntry:
    shown, accepted = _entries(work, version)
    if accepted is None:
        shown_at = None if shown is None else shown.shown_at
        accepted = _add(work, version, PolicyStep.ACCEPTED, shown_at=shown_at, accepted_at=clock.real(), how=how)
    access_state.policy_accepted(work, work.call.actor, version.number)
    _annotate(work, version)
    return to_struct(accepted, PolicyEntry)


def _annotate(work: Work, version: Version) -> None:
    """Says what the commit is about, when it writes anything: perhaps only what the access state lacks of the ledger,
    after one of them was restored."""
    if work.actions:
        work.annotate(entity=tables.ENTITY, entity_id=str(version.number))


def _entries(work: Work, version: Version) -> tuple[tables.PolicyEntry | None, tables.PolicyEntry | None]:
    """The caller's entries of the version: that it was shown, and that it was accepted."""
    rows = work.read(*tables.refs(work.tenant, work.call.actor, version.number))
    shown, accepted = (row if isinstance(row, tables.PolicyEntry) else None for row in rows)
    return shown, accepted


def _add(
    work: Work,
    version: Version,
    step: PolicyStep,
    *,
    shown_at: datetime | None,
    accepted_at: datetime | None = None,
    how: PolicyAcceptedHow | None = None,
) -> tables.PolicyEntry:
    """Adds an entry of the caller to the ledger."""
    name = tables.ref(work.tenant, work.call.actor, version.number, step)
    return work.insert(
        tables.PolicyEntry(
            partition=name.hash_key,
            entry=name.range_key,
            subject=work.call.actor,
            policy_version=version.number,
            content_hash=version.content_hash,
            step=step,
            shown_at=shown_at,
            accepted_at=accepted_at,
            how=how,
        )
    )


def view(version: Version) -> PolicyVersion:
    """The API's representation of a version without its text."""
    return PolicyVersion(
        policy_version=version.number,
        status=status(version),
        content_hash=version.content_hash,
        last_updated=version.last_updated,
        effective_from=version.effective_from,
        is_material=version.is_material,
        summary=version.summary,
    )


def status(version: Version) -> PolicyStatus:
    """Whether the version counts now."""
    current = versions.counting().current
    if version.number == current:
        return PolicyStatus.IN_FORCE
    return PolicyStatus.ANNOUNCED if version.number > current else PolicyStatus.SUPERSEDED


def with_text(version: Version) -> Policy:
    """The API's representation of a version with its text."""
    text = texts.read(version)
    return merged(Policy, view(version), text=text, sections=texts.sections(text), operator=operator.current())
