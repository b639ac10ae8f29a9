"""What a view is given: who asks for what, and the way to run use cases for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, ParamSpec, TypeVar

from chalicelib.kernel import idempotency, use_case
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import FieldError
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.use_case import UseCase

B = TypeVar("B")
Q = TypeVar("Q")
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request(Generic[B, Q]):
    """body / query: what was sent, as the view's signature declares it. bad_rows: errors of the rows of a bulk body
    that are to be skipped, by index."""

    call: Call
    body: B
    query: Q
    render: Callable[[object], Answer[object]]
    bad_rows: Mapping[int, Sequence[FieldError]] = field(default_factory=dict)

    @property
    def is_dry_run(self) -> bool:
        """Whether the caller only wants to know what would happen."""
        return self.call.is_dry_run

    def commit(self, decide: UseCase[P, T], *args: P.args, **kwargs: P.kwargs) -> Answer[T]:
        """Runs a use case; its result is the answer, stored with the effect. A dry run writes nothing."""
        if self.is_dry_run:
            return self.answer(use_case.dry_run(self.call, decide, *args, **kwargs))
        return use_case.answer(self.call, self.answer, decide, *args, **kwargs)

    def stored(self) -> Answer[T] | None:
        """The answer of an earlier identical command, for views that write in several commits."""
        found: Answer[T] | None = idempotency.find(self.call)
        return found

    def answer(self, result: T) -> Answer[T]:
        """A result as the answer of the route."""
        rendered = self.render(result)
        return Answer(rendered.status, rendered.headers, rendered.body)
