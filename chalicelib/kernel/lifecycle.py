"""Master documents: documents that others refer to. They are archived, and never deleted while they are referred to."""

from collections.abc import Iterable
from enum import StrEnum

from chalicelib.kernel.dynamo.attributes import Choice
from chalicelib.kernel.dynamo.model import Document
from chalicelib.kernel.errors import FieldError
from chalicelib.kernel.privacy import BUSINESS
from chalicelib.kernel.state_machine import StateMachine, to


class LifecycleStatus(StrEnum):
    """`archived`: not usable in new documents; existing documents keep their reference."""

    ACTIVE = "active"
    ARCHIVED = "archived"


class Master(Document):
    """A document that others refer to."""

    status: Choice[LifecycleStatus] = Choice(BUSINESS, LifecycleStatus)


LIFECYCLE: StateMachine[LifecycleStatus, Master] = StateMachine(
    {
        LifecycleStatus.ACTIVE: (to("archive", LifecycleStatus.ARCHIVED),),
        LifecycleStatus.ARCHIVED: (to("restore", LifecycleStatus.ACTIVE),),
    }
)


def problems(entity: str, found: Iterable[tuple[object, str]]) -> list[FieldError]:
    """One error for each reference, given as (row or None, pointer), to a missing or archived document."""
    errors = []
    for row, pointer in found:
        if not isinstance(row, Master):
            errors.append(FieldError(pointer, f"unknown_{entity}", f"There is no such {entity}."))
        elif row.status is not LifecycleStatus.ACTIVE:
            errors.append(FieldError(pointer, f"archived_{entity}", f"The {entity} is archived."))
    return errors
