"""State machines of documents: states, transitions between them, and conditions of transitions.

A machine refuses transitions, lists `allowed_transitions`, and draws its diagram for the docs.
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
    """A named transition and its target states: several when the content of the document decides.

    is_automatic: the product makes the transition itself, so callers do not see it in `allowed_transitions`.
    """

    name: str
    targets: tuple[S, ...]
    is_automatic: bool = False


def to(name: str, *targets: S) -> Transition[S]:
    """A transition that leads to one of `targets`."""
    return Transition(name, targets)


def automatic(name: str, *targets: S) -> Transition[S]:
    """A transition that the product makes itself."""
    return Transition(name, targets, is_automatic=True)


@dataclass(frozen=True, slots=True)
class Guard(Generic[D]):
    """A condition of a transition besides the state; `meaning` describes it in the docs."""

    meaning: str
    holds: Callable[[D], bool]


class StateMachine(Generic[S, D]):
    """The transitions of each state.

    attribute: the document's attribute that stores the state. guards: transition name to its condition. job_of: returns
    the id of the document's running job, if any; while there is one, no transition is allowed.
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
        """The current state of the document."""
        state: S = getattr(document, self._attribute)
        return state

    def allowed(self, document: D) -> list[str]:
        """The names of the transitions that callers can make now; none while the document has a running job."""
        if self._job(document) is not None:
            return []
        steps = self.transitions.get(self.state(document), ())
        return [each.name for each in steps if not each.is_automatic and self._is_open(each, document)]

    def require_idle(self, document: D) -> None:
        """TransitionRefused while a job works on the document."""
        if self._job(document) is not None:
            raise self._refusal(document)

    def require(self, document: D, name: str) -> Transition[S]:
        """The transition. TransitionRefused when it is not allowed now."""
        if self._job(document) is None:
            for each in self.transitions.get(self.state(document), ()):
                if each.name == name and self._is_open(each, document):
                    return each
        raise self._refusal(document)

    def take(self, document: D, name: str, target: S | None = None) -> None:
        """Sets the document's state to `target`, or to the transition's first target.

        TransitionRefused when the transition is not allowed now; ValueError when `target` is not one of its targets.
        """
        transition = self.require(document, name)
        chosen = transition.targets[0] if target is None else target
        if chosen not in transition.targets:
            raise ValueError(f"{name} of {document.entity} does not lead to {chosen}")
        setattr(document, self._attribute, chosen)

    def rows(self) -> Iterator[tuple[S, str, S, str]]:
        """State, transition, target and condition of every edge, for the docs."""
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

    def _refusal(self, document: D) -> TransitionRefused:
        job_id = self._job(document)
        return TransitionRefused(document.entity, self.state(document), self.allowed(document), job_id=job_id)

    def _is_open(self, transition: Transition[S], document: D) -> bool:
        guard = self.guards.get(transition.name)
        return guard is None or guard.holds(document)

    def _job(self, document: D) -> str | None:
        return None if self._job_of is None else self._job_of(document)
