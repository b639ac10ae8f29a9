"""Commands of a document that one transaction may not hold: done in steps, by a job that the document shows.

A command is a plan of small pieces. As many as fit are applied in the command's own transaction; if that is all of
them, the command is done. Otherwise the document is marked as worked on, nothing else can be done with it, and a job
applies the rest, each step as many pieces as the transaction of that step holds. A step that is repeated changes
nothing, because it and the mark are written together.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from chalicelib.jobs import registry
from chalicelib.jobs import service as jobs
from chalicelib.jobs.schemas import Job, Step
from chalicelib.kernel import capacity
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import Struct
from chalicelib.kernel.dynamo.model import Document
from chalicelib.kernel.errors import Contention, DomainError
from chalicelib.kernel.events import Event
from chalicelib.kernel.privacy import BUSINESS
from chalicelib.kernel.use_case import UseCase, commit
from chalicelib.kernel.work import Work

D = TypeVar("D")
P = TypeVar("P")
RESERVED_ACTIONS = 8
"""Actions kept free for what a step writes beside its pieces: the documents, the job, unique values."""


class Staged(msgspec.Struct):
    """A command that a job works on: `after` is the last piece that is done, `done` how many are. `error`: why what
    was done is taken back."""

    command: str
    job_id: str
    after: str = ""
    done: int = 0
    error: str | None = None


class StagedDocument(Document):
    """A document whose commands may be done in steps."""

    staged: Struct[Staged] = Struct(BUSINESS, Staged, null=True)

    @property
    def job_id(self) -> str | None:
        """The job that works on the document."""
        return self.staged.job_id if self.staged else None


@dataclass(frozen=True, slots=True)
class Plan(Generic[P]):
    """What is left to do of a command. pieces: in the order of their names. apply: adds what one piece writes to the
    work. finish: what ends the command, once all pieces are applied; returns what has happened then. actions_of: how
    many actions a piece has, where they differ much."""

    pieces: Sequence[P]
    name_of: Callable[[P], str]
    apply: Callable[[P], None]
    finish: Callable[[], Event]
    actions_of: Callable[[P], int] = lambda _: 1


@dataclass(frozen=True, slots=True)
class Batches(Generic[P]):
    """Like a Plan, for pieces that change the same rows, so that they are applied together. apply: gets all pieces that
    are left, adds what the first ones write to the work, as many as there is `room` for, and returns how many."""

    pieces: Sequence[P]
    name_of: Callable[[P], str]
    apply: Callable[[Sequence[P]], int]
    finish: Callable[[], Event]


def room(work: Work) -> int:
    """How many more actions a step may have."""
    return store.MAX_ACTIONS - capacity.KERNEL_ACTIONS - RESERVED_ACTIONS - len(work.actions)


Planner = Callable[[Work, D, str], Plan[Any] | Batches[Any]]
"""From the work, the document and the name of the last piece done to what is left."""


@dataclass(frozen=True, slots=True)
class _Command(Generic[D]):
    plan: Planner[D]
    undo: str | None


class StagedOperation(Generic[D]):
    """The commands of one kind of document.

    load / save: of the document with everything that its commands change. row_of: its row, which shows the job.
    scope_ids: the parts of the tenant that the job belongs to. begun / advanced: events of the steps.
    """

    def __init__(
        self,
        kind: str,
        *,
        load: Callable[[Work, str], D],
        save: Callable[[Work, D], object],
        row_of: Callable[[D], StagedDocument],
        scope_ids: Callable[[Work, D], Sequence[str] | None],
        begun: Event,
        advanced: Event,
    ) -> None:
        self.kind = kind
        self._load = load
        self._save = save
        self._row_of = row_of
        self._scope_ids = scope_ids
        self._begun = begun
        self._advanced = advanced
        self._commands: dict[str, _Command[D]] = {}
        self._advance = UseCase(advanced, self._advanced_by)
        registry.handler(kind)(self._step)

    def command(self, name: str, *, undo: str | None = None) -> Callable[[Planner[D]], Planner[D]]:
        """Registers a command. undo: the command that takes back what is done when a later step is refused."""

        def register(plan: Planner[D]) -> Planner[D]:
            self._commands[name] = _Command(plan, undo)
            return plan

        return register

    def run(self, work: Work, document: D, name: str) -> None:
        """Does a command as far as this transaction holds it, and starts the job for the rest. Raises what the plan
        refuses; then nothing is written."""
        row, plan = self._row_of(document), self._commands[name].plan(work, document, "")
        done = _apply(work, plan)
        if done == len(plan.pieces):
            event = plan.finish()
        else:
            scope_ids = self._scope_ids(work, document)
            job_id = jobs.start(work, self.kind, row.id, total=len(plan.pieces), scope_ids=scope_ids, must_finish=True)
            row.staged = Staged(name, job_id, _last(plan, done, ""), done)
            event = self._begun
        self._save(work, document)
        work.annotate(event=event)

    def _step(self, call: Call, job: Job) -> Step:
        return commit(call, self._advance, job.entity_id, job)

    def _advanced_by(self, work: Work, document_id: str, job: Job) -> Step:
        """Applies the next pieces. Doing it again after it is done changes nothing."""
        document = self._load(work, document_id)
        staged = self._row_of(document).staged
        if staged is None or staged.job_id != job.id:
            return Step(done=True, progress=job.total or job.progress)
        try:
            return self._go_on(work, document, staged)
        except Contention:
            raise
        except DomainError as refused:
            undo = self._commands[staged.command].undo
            if undo is None:
                raise
            work.restart(stale=())
            return self._turn_back(work, self._load(work, document_id), undo, refused)

    def _go_on(self, work: Work, document: D, staged: Staged) -> Step:
        row = self._row_of(document)
        plan = self._commands[staged.command].plan(work, document, staged.after)
        done = _apply(work, plan)
        is_done = done == len(plan.pieces)
        total = staged.done + len(plan.pieces)
        staged.after, staged.done = _last(plan, done, staged.after), staged.done + done
        event = self._advanced
        if is_done:
            row.staged = None
            event = plan.finish()
        else:
            row.staged = staged
        self._save(work, document)
        work.annotate(event=event)
        return Step(done=is_done, progress=staged.done, total=total, error=staged.error if is_done else None)

    def _turn_back(self, work: Work, document: D, undo: str, refused: DomainError) -> Step:
        row = self._row_of(document)
        if row.staged is None:
            raise refused
        row.staged = Staged(undo, row.staged.job_id, error=f"{refused.code}: {refused.detail}")
        self._save(work, document)
        work.annotate(event=self._advanced)
        return Step(done=False)


def _apply(work: Work, plan: Plan[P] | Batches[P]) -> int:
    """Applies as many pieces as the transaction holds; returns how many."""
    if isinstance(plan, Batches):
        return plan.apply(plan.pieces)
    return capacity.apply_while_room(
        work, plan.pieces, plan.apply, reserve=RESERVED_ACTIONS, actions_of=plan.actions_of
    )


def _last(plan: Plan[Any] | Batches[Any], done: int, before: str) -> str:
    """The name of the last piece that is done."""
    return plan.name_of(plan.pieces[done - 1]) if done else before
