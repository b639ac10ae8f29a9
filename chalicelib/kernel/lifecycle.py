"""Masters (items, customers, locations): used until they are archived, never deleted while something refers to them."""

from collections.abc import Iterable
from enum import StrEnum

from chalicelib.kernel.dynamo.attributes import Choice
from chalicelib.kernel.dynamo.model import Document
from chalicelib.kernel.errors import FieldError, TransitionRefused
from chalicelib.kernel.privacy import BUSINESS


class LifecycleStatus(StrEnum):
    ACTIVE = "active"
    ARCHIVED = "archived"


class Master(Document):
    """A document that others refer to."""

    status: Choice[LifecycleStatus] = Choice(BUSINESS, LifecycleStatus)


_STEPS: dict[LifecycleStatus, dict[str, LifecycleStatus]] = {
    LifecycleStatus.ACTIVE: {"archive": LifecycleStatus.ARCHIVED},
    LifecycleStatus.ARCHIVED: {"restore": LifecycleStatus.ACTIVE},
}


def allowed(status: LifecycleStatus) -> list[str]:
    """The steps that can be taken from a status."""
    return list(_STEPS[status])


def take(row: Master, step: str) -> None:
    """Takes a step; TransitionRefused when the status does not allow it."""
    following = _STEPS[row.status].get(step)
    if following is None:
        raise TransitionRefused(row.entity, row.status, allowed(row.status))
    row.status = following


def problems(entity: str, found: Iterable[tuple[object, str]]) -> list[FieldError]:
    """What is wrong with references, as (row or None, pointer): missing ones and archived ones, each at its pointer."""
    errors = []
    for row, pointer in found:
        if not isinstance(row, Master):
            errors.append(FieldError(pointer, f"unknown_{entity}", f"There is no such {entity}."))
        elif row.status is not LifecycleStatus.ACTIVE:
            errors.append(FieldError(pointer, f"archived_{entity}", f"The {entity} is archived."))
    return errors
