"""Decisions about breaches: their deadlines, what must be said when, and when one may be closed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.kernel.errors import FieldError
from chalicelib.privacy.breaches import schemas
from chalicelib.privacy.breaches.notification_schemas import MOST_NOTIFICATIONS, NewNotification, Recipient
from chalicelib.privacy.breaches.schemas import Assessment, Risk
from chalicelib.privacy.breaches.tables import Breach

INTERNAL = timedelta(hours=24)
"""Our own deadline for the assessment; Amazon's data protection policy wants to be told within it."""
AUTHORITY = timedelta(hours=72)
"""GDPR Art. 33(1): to the authority, after having become aware of it."""
ALARM_PERCENTS = (50, 80, 100)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline of a breach. stopped_at: when what it is for was done or decided; None while it runs."""

    name: str
    begins_at: datetime
    due_at: datetime
    stopped_at: datetime | None

    def shown(self, now: datetime) -> schemas.Clock:
        """What the API says of it."""
        left, runs = self.due_at - now, self.stopped_at is None
        is_overdue = runs and left <= timedelta(0)
        return schemas.Clock(
            due_at=self.due_at,
            stopped_at=self.stopped_at,
            hours_left=max(0, left // _HOUR) if runs else None,
            is_overdue=is_overdue,
            was_late=is_overdue or (self.stopped_at is not None and self.stopped_at > self.due_at),
        )

    def alarms(self) -> Iterator[tuple[str, int, datetime]]:
        """The name, the percentage and the time of each alarm."""
        for percent in ALARM_PERCENTS:
            yield f"{self.name}:{percent}", percent, self.begins_at + (self.due_at - self.begins_at) * percent / 100


def internal(row: Breach) -> Deadline:
    """The deadline for the assessment, and for telling platforms whose data it concerns."""
    done = [row.first_assessed_at, *([row.platform_told_at] if row.concerns_platform_data else [])]
    known = [moment for moment in done if moment is not None]
    stopped_at = max(known) if len(known) == len(done) else None
    return Deadline("internal", row.detected_at, row.detected_at + INTERNAL, stopped_at)


def authority(row: Breach) -> Deadline:
    """The deadline for telling the authority; it also stops when it is decided that the authority is not told."""
    done = [moment for moment in (row.authority_told_at, row.untold_since) if moment is not None]
    return Deadline("authority", row.detected_at, row.detected_at + AUTHORITY, min(done, default=None))


def running(row: Breach) -> list[Deadline]:
    """The deadlines that run, the next one first."""
    return [each for each in (internal(row), authority(row)) if each.stopped_at is None]


def pending_alarms(row: Breach) -> list[tuple[datetime, str, int]]:
    """The alarms of running deadlines that were not raised yet, the next one first: time, name and percentage."""
    raised = row.alarms or []
    found = (alarm for deadline in running(row) for alarm in deadline.alarms())
    return sorted((at, name, percent) for name, percent, at in found if name not in raised)


def reached_alarms(row: Breach, now: datetime) -> list[tuple[str, int]]:
    """The alarms that have not been raised and whose time has come, the first first: name and percentage."""
    return [(name, percent) for at, name, percent in pending_alarms(row) if at <= now]


def list_by_deadlines(row: Breach) -> None:
    """Puts the row where it is found by its next deadline and its next alarm."""
    due_at = min((each.due_at for each in running(row)), default=None)
    alarm_at = min((at for at, _, _ in pending_alarms(row)), default=None)
    row.list_open(due_at, alarm_at)


def facts_errors(row: Breach, now: datetime) -> list[FieldError]:
    """What does not fit together in what is known of the breach."""
    problems = []
    if row.detected_at > now:
        problems.append(FieldError("/detected_at", "in_the_future", "It cannot be detected later than now."))
    if row.occurred_from is not None and row.occurred_from > row.detected_at:
        says = "It cannot begin after it was detected."
        problems.append(FieldError("/occurred_from", "wrong_order", says))
    if row.occurred_to is not None and row.occurred_to > now:
        problems.append(FieldError("/occurred_to", "in_the_future", "Leave it out while it goes on."))
    if row.occurred_from is not None and row.occurred_to is not None and row.occurred_to < row.occurred_from:
        problems.append(FieldError("/occurred_to", "wrong_order", "It cannot end before it began."))
    return problems


def later_detection_errors(before: datetime, row: Breach) -> list[FieldError]:
    """An error when the deadlines would be put off."""
    says = "It can only be corrected to an earlier time: the deadlines cannot be put off."
    return [FieldError("/detected_at", "later", says)] if row.detected_at > before else []


def assessment_errors(assessment: Assessment) -> list[FieldError]:
    """What is missing in an assessment, or is against the law."""
    problems = []
    if not assessment.must_tell_authority and assessment.risk is not Risk.NONE:
        says = "With a risk the authority has to be told (GDPR Art. 33(1))."
        problems.append(FieldError("/must_tell_authority", "required_by_law", says))
    elif not assessment.must_tell_authority and not assessment.no_authority_reason:
        problems.append(_missing("/no_authority_reason", "Say why the authority is not told."))
    is_high = assessment.risk is Risk.HIGH_RISK
    if is_high and not assessment.must_tell_persons and not assessment.no_persons_reason:
        says = "Say why the persons are not told of a high risk (GDPR Art. 34(3))."
        problems.append(_missing("/no_persons_reason", says))
    for must, name, reason in (
        (assessment.must_tell_authority, "no_authority_reason", assessment.no_authority_reason),
        (assessment.must_tell_persons, "no_persons_reason", assessment.no_persons_reason),
    ):
        if must and reason:
            says = "Leave the reason out: they are told."
            problems.append(FieldError(f"/{name}", "contradiction", says))
    return problems


def notification_errors(row: Breach, told: NewNotification, now: datetime) -> list[FieldError]:
    """What is missing in what is noted of somebody who was told, or cannot be."""
    problems = []
    if told.told_at > now:
        problems.append(FieldError("/told_at", "in_the_future", "Note it when they were told."))
    if told.told_at < row.detected_at:
        problems.append(FieldError("/told_at", "wrong_order", "Nobody can be told before the breach was detected."))
    is_first = told.recipient is Recipient.AUTHORITY and row.authority_told_at is None
    if is_first and told.told_at > row.detected_at + AUTHORITY and not told.delay_reason:
        says = "Say why it took longer than 72 hours (GDPR Art. 33(1))."
        problems.append(_missing("/delay_reason", says))
    if row.notification_count >= MOST_NOTIFICATIONS:
        says = f"The list has {MOST_NOTIFICATIONS} entries, and no more fit."
        problems.append(FieldError("", "too_many", says))
    return problems


def missing_documentation(row: Breach) -> list[FieldError]:
    """What the register has to hold and does not hold yet (GDPR Art. 33(3), 33(5), 34)."""
    problems = []
    for name in ("consequences", "measures"):
        if not getattr(row, name):
            problems.append(_missing(f"/{name}", "The register has to say it (GDPR Art. 33(5))."))
    for name in ("person_categories", "record_categories"):
        if not getattr(row, name):
            problems.append(_missing(f"/{name}", "The register has to say it (GDPR Art. 33(3))."))
    if row.must_tell_authority and row.authority_told_at is None:
        problems.append(_missing("/authority_told_at", "The authority has to be told, and was not."))
    if row.must_tell_persons and row.persons_told_at is None:
        problems.append(_missing("/persons_told_at", "The persons have to be told, and were not."))
    if row.concerns_platform_data and row.platform_told_at is None:
        problems.append(_missing("/platform_told_at", "It concerns data of a platform, and none was told."))
    return problems


def _missing(pointer: str, says: str) -> FieldError:
    return FieldError(pointer, "required", says)
