"""The request that a view gets: caller, body and query, and methods to run use cases."""

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
    """body / query: decoded to the types in the view's signature. bad_rows: the errors of the rows of a bulk body that
    are skipped, by index."""

    call: Call
    body: B
    query: Q
    render: Callable[[object], Answer[object]]
    bad_rows: Mapping[int, Sequence[FieldError]] = field(default_factory=dict)

    @property
    def is_dry_run(self) -> bool:
        """Whether nothing may be written."""
        return self.call.is_dry_run

    def commit(self, decide: UseCase[P, T], *args: P.args, **kwargs: P.kwargs) -> Answer[T]:
        """Runs and commits a use case, and returns its rendered result, which is stored in the same transaction. A dry
        run writes nothing."""
        if self.is_dry_run:
            return self.answer(use_case.dry_run(self.call, decide, *args, **kwargs))
        return use_case.answer(self.call, self.answer, decide, *args, **kwargs)

    def stored(self) -> Answer[T] | None:
        """The stored answer of an earlier identical command, for views that write in several commits."""
        found: Answer[T] | None = idempotency.find(self.call)
        return found

    def answer(self, result: T) -> Answer[T]:
        """The rendered result."""
        rendered = self.render(result)
        return Answer(rendered.status, rendered.headers, rendered.body)
