"""The register as CSV, one line for each breach."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import msgspec

from chalicelib.bulk import csv_text
from chalicelib.privacy.breaches.notification_schemas import BreachNotification
from chalicelib.privacy.breaches.schemas import Breach, RegisterEntry

Cell = str | int | bool | datetime | Sequence[str] | None
_BREACH: tuple[tuple[str, Callable[[Breach], Cell]], ...] = (
    ("number", lambda breach: breach.number),
    ("status", lambda breach: breach.status),
    ("detected_at", lambda breach: breach.detected_at),
    ("occurred_from", lambda breach: breach.occurred_from),
    ("occurred_to", lambda breach: breach.occurred_to),
    ("natures", lambda breach: breach.natures),
    ("facts", lambda breach: breach.facts),
    ("person_categories", lambda breach: breach.person_categories),
    ("person_count", lambda breach: breach.person_count),
    ("record_categories", lambda breach: breach.record_categories),
    ("record_count", lambda breach: breach.record_count),
    ("consequences", lambda breach: breach.consequences),
    ("measures", lambda breach: breach.measures),
    ("risk", lambda breach: breach.risk),
    ("risk_reason", lambda breach: breach.risk_reason),
    ("must_tell_authority", lambda breach: breach.must_tell_authority),
    ("no_authority_reason", lambda breach: breach.no_authority_reason),
    ("must_tell_persons", lambda breach: breach.must_tell_persons),
    ("no_persons_reason", lambda breach: breach.no_persons_reason),
    ("assessed_at", lambda breach: breach.assessed_at),
    ("authority_due_at", lambda breach: breach.authority_clock.due_at),
    ("authority_told_at", lambda breach: breach.authority_told_at),
    ("was_authority_late", lambda breach: breach.authority_clock.was_late),
    ("persons_told_at", lambda breach: breach.persons_told_at),
    ("platform_told_at", lambda breach: breach.platform_told_at),
    ("closed_at", lambda breach: breach.closed_at),
)
_NOTIFICATIONS = "notifications"


def csv(entries: Iterable[RegisterEntry]) -> str:
    """The entries with a header."""
    lines = [[*(name for name, _ in _BREACH), _NOTIFICATIONS]]
    for entry in entries:
        cells = [_text(value(entry.breach)) for _, value in _BREACH]
        lines.append([*cells, "\n".join(map(_told, entry.notifications))])
    return csv_text.table(lines)


def _told(each: BreachNotification) -> str:
    """One line for somebody who was told, and the reason when it was late."""
    parts = [
        _moment(each.told_at),
        str(each.recipient),
        each.name,
        each.recipient_reference,
        each.said,
        each.delay_reason,
    ]
    return "; ".join(part.replace("\n", " ") for part in parts if part)


def _moment(value: datetime) -> str:
    """The time as in the API's JSON."""
    return str(msgspec.to_builtins(value))


def _text(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return _moment(value)
    return str(value) if isinstance(value, str | int) else " ".join(value)
