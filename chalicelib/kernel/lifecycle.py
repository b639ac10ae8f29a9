"""Master documents: documents that others refer to. They are archived, and never deleted while they are referred to."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, TypeVar

from msgspec import Meta

from chalicelib.kernel.dynamo.attributes import Choice
from chalicelib.kernel.dynamo.model import Document
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.privacy import BUSINESS
from chalicelib.kernel.state_machine import StateMachine, to
from chalicelib.kernel.work import Work


class LifecycleStatus(StrEnum):
    """`active`: usable. `archived`: not usable in new documents; existing documents keep their reference."""

    ACTIVE = "active"
    ARCHIVED = "archived"


StatusField = Annotated[LifecycleStatus, Meta(description="Whether new documents can use it.")]
StatusFilter = Annotated[
    LifecycleStatus, Meta(description="Only those with this status; active and archived if absent.")
]


class Master(Document):
    """A document that others refer to."""

    status: Choice[LifecycleStatus] = Choice(BUSINESS, LifecycleStatus)


D = TypeVar("D", bound=Document)
M = TypeVar("M", bound=Master)
LIFECYCLE: StateMachine[LifecycleStatus, Master] = StateMachine(
    {
        LifecycleStatus.ACTIVE: (to("archive", LifecycleStatus.ARCHIVED),),
        LifecycleStatus.ARCHIVED: (to("restore", LifecycleStatus.ACTIVE),),
    }
)


def run_transition(work: Work, model: type[M], identifier: str, transition: str) -> M:
    """The document after `archive` or `restore`, saved. NotFound, PreconditionFailed, TransitionRefused."""
    row = work.load_for_update(model, work.tenant.key(), identifier)
    LIFECYCLE.take(row, transition)
    return work.save(row)


def referenced(
    work: Work, model: type[D], requested: Iterable[tuple[str, str]], *, archived: bool = False
) -> dict[str, D]:
    """Id to document, for references given as (id, pointer), in one round trip. Invalid at each pointer whose document
    is missing, or archived unless that is allowed or its kind cannot be archived."""
    pairs = list(requested)
    refs = [Ref(model, work.tenant.key(), identifier) for identifier, _ in pairs]
    found = [(row, pointer) for row, (_, pointer) in zip(work.read(*refs), pairs, strict=True)]
    wrong = problems(model.entity, [(row, pointer) for row, pointer in found if row is None or not archived])
    if wrong:
        raise Invalid(errors=wrong)
    return {row.id: row for row, _ in found if isinstance(row, model)}


def problems(entity: str, found: Iterable[tuple[object, str]]) -> list[FieldError]:
    """One error for each reference, given as (row or None, pointer), to a missing or archived document."""
    errors, name = [], entity.replace("_", " ")
    for row, pointer in found:
        if row is None:
            errors.append(FieldError(pointer, f"unknown_{entity}", f"There is no such {name}."))
        elif isinstance(row, Master) and row.status is not LifecycleStatus.ACTIVE:
            errors.append(FieldError(pointer, f"archived_{entity}", f"The {name} is archived."))
    return errors
