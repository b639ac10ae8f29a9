"""API schemas of who was told of a personal data breach."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel import ids
from chalicelib.kernel.schemas import Schema
from chalicelib.kernel.texts import line, prose

MOST_NOTIFICATIONS = 50


class Recipient(StrEnum):
    """Who was told. `authority`: the supervisory authority. `persons`: those whose data it is. `controller`: on whose
    behalf the data is processed, such as a customer of the tenant. `platform`: a connected platform, such as Amazon.
    `other`: anybody else, such as the police or an insurer."""

    AUTHORITY = "authority"
    PERSONS = "persons"
    CONTROLLER = "controller"
    PLATFORM = "platform"
    OTHER = "other"


class NotificationFields(Schema, frozen=True, kw_only=True):
    """Who was told of a breach, when, and what."""

    recipient: Annotated[Recipient, Meta(description="Who was told, by kind.")]
    told_at: Annotated[datetime, Meta(tz=True, description="When they were told.", examples=["2026-01-13T10:00:00Z"])]
    name: (
        Annotated[
            str, line(200, description="Which authority, platform or other party it was; null when it is not said.")
        ]
        | None
    ) = None
    recipient_reference: (
        Annotated[str, line(120, description="What the recipient calls it, such as a file number; null for none.")]
        | None
    ) = None
    said: Annotated[str, prose(2000, description="What was said, or where the letter is kept."), Meta(min_length=1)]
    delay_reason: (
        Annotated[
            str,
            prose(
                2000,
                description="Why the authority was told later than 72 hours after the breach was detected; needed then "
                "(GDPR Art. 33(1)); null when it was not.",
            ),
        ]
        | None
    ) = None


class NewNotification(NotificationFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """That somebody was told. It can be added to, and never changed."""


class BreachNotification(NotificationFields, frozen=True, kw_only=True):
    """An entry of the list of who was told."""

    id: Annotated[str, ids.described("bnt", "the notification")]
    noted_at: Annotated[datetime, Meta(description="When it was noted here.")]
    noted_by: Annotated[str, Meta(description="Who noted it, named as in `created_by`.")]


class BreachNotifications(msgspec.Struct, frozen=True, kw_only=True):
    """Everybody who was told of a breach."""

    data: Annotated[list[BreachNotification], Meta(description="Who was told, the first first.")]
