"""The life of a document: its states, the transitions between them, and the conditions of these.

One machine refuses what is not allowed, lists `allowed_transitions`, and draws itself for the docs.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from chalicelib.kernel.dynamo.model import Document
from chalicelib.kernel.errors import TransitionRefused

S = TypeVar("S", bound=StrEnum)
D = TypeVar("D", bound=Document)


@dataclass(frozen=True, slots=True)
class Transition(Generic[S]):
    """A step by its name, and the states that it may lead to: several when quantities of the document decide.

    is_automatic: the product takes it by itself, so it is not listed among what callers may do.
    """

    name: str
    targets: tuple[S, ...]
    is_automatic: bool = False


def to(name: str, *targets: S) -> Transition[S]:
    """A transition that leads to one of `targets`."""
    return Transition(name, targets)


def automatic(name: str, *targets: S) -> Transition[S]:
    """A transition that the product takes by itself."""
    return Transition(name, targets, is_automatic=True)


@dataclass(frozen=True, slots=True)
class Guard(Generic[D]):
    """A condition of a transition beyond the state; `meaning` says it in words, for the docs."""

    meaning: str
    holds: Callable[[D], bool]


class StateMachine(Generic[S, D]):
    """Transitions by state.

    attribute: the document's attribute that holds the state. guards: transition name to a further condition. job_of:
    the id of the job that works on the document, during which nothing else is allowed.
    """

    def __init__(
        self,
        transitions: Mapping[S, tuple[Transition[S], ...]],
        *,
        attribute: str = "status",
        guards: Mapping[str, Guard[D]] | None = None,
        job_of: Callable[[D], str | None] | None = None,
    ) -> None:
        self.transitions = transitions
        self.guards = guards or {}
        self._attribute = attribute
        self._job_of = job_of

    def state(self, document: D) -> S:
        """The state that the document is in."""
        state: S = getattr(document, self._attribute)
        return state

    def allowed(self, document: D) -> list[str]:
        """The names of the transitions that callers can take now; none while a job works on the document."""
        if self._job(document) is not None:
            return []
        steps = self.transitions.get(self.state(document), ())
        return [each.name for each in steps if not each.is_automatic and self._is_open(each, document)]

    def require(self, document: D, name: str) -> Transition[S]:
        """The transition. TransitionRefused when it cannot be taken now."""
        if self._job(document) is None:
            for each in self.transitions.get(self.state(document), ()):
                if each.name == name and self._is_open(each, document):
                    return each
        raise TransitionRefused(
            document.entity, self.state(document), self.allowed(document), job_id=self._job(document)
        )

    def take(self, document: D, name: str, target: S | None = None) -> None:
        """Moves the document to the transition's target, or to the one of its targets that is given.

        TransitionRefused when it cannot be taken now; ValueError for a target that the transition does not have.
        """
        transition = self.require(document, name)
        chosen = transition.targets[0] if target is None else target
        if chosen not in transition.targets:
            raise ValueError(f"{name} of {document.entity} does not lead to {chosen}")
        setattr(document, self._attribute, chosen)

    def rows(self) -> Iterator[tuple[S, str, S, str]]:
        """State, transition, target and condition of every arrow, for the docs."""
        for state, transitions in self.transitions.items():
            for each in transitions:
                guard = self.guards.get(each.name)
                for target in each.targets:
                    yield state, each.name, target, guard.meaning if guard else ""

    def diagram(self) -> str:
        """The machine as a Mermaid state diagram."""
        states = list(self.transitions)
        lines = ["stateDiagram-v2", f"    [*] --> {states[0]}"]
        for state, name, target, condition in self.rows():
            lines.append(f"    {state} --> {target} : {name}{f' ({condition})' if condition else ''}")
        lines += [f"    {state} --> [*]" for state in states if not self.transitions[state]]
        return "\n".join(lines)

    def _is_open(self, transition: Transition[S], document: D) -> bool:
        guard = self.guards.get(transition.name)
        return guard is None or guard.holds(document)

    def _job(self, document: D) -> str | None:
        return None if self._job_of is None else self._job_of(document)
