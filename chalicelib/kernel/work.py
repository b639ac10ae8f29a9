"""The unit of work: the reads and the writes of a decision. It collects writes, and `commit` sends them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action as UpdateAction

from chalicelib.kernel import clock, ids, numbering, uniques, visibility
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import pynamodb_internals, store
from chalicelib.kernel.dynamo.actions import RangeKey
from chalicelib.kernel.dynamo.model import Document, Item, Row
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.errors import (
    AlreadyExists,
    FieldError,
    Invalid,
    NotFound,
    PreconditionFailed,
    TooManyActions,
    repeats,
)
from chalicelib.kernel.external_refs import ExternalRef
from chalicelib.kernel.journal import Note

R = TypeVar("R", bound=Row)
D = TypeVar("D", bound=Document)
P = TypeVar("P")
KERNEL_ACTIONS = 2
"""The journal entry and the stored answer; a use case itself may use MAX_ACTIONS minus these."""
_SMALL_ACTIONS = store.MAX_ACTIONS // 4
"""Up to this number of actions, the transaction's size need not be checked against MAX_BYTES."""
_BOOKKEEPING = frozenset({"version", "created_at", "created_by", "updated_at", "updated_by"})


class Work:
    """The unit of work of one commit. When the decision is run again, it gets the same ids and numbers, and may get
    newer rows."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.tenant = call.tenant
        self.now: datetime = clock.now()
        self.actions: list[store.Action] = []
        self.note: Note | None = None
        self._reads: dict[Ref, Item | None] = {}
        self._claimed: dict[Ref, uniques.Unique] = {}
        self._released: dict[Ref, str] = {}
        self._minted: list[str] = []
        self._minted_used = 0

    # --- retry --------------------------------------------------------------------------------------------------------

    def restart(self, stale: Iterable[Ref] | None = None) -> None:
        """Discards the writes, and the given reads, or all of them."""
        self.actions, self.note, self._minted_used, self.now = [], None, 0, clock.now()
        self._claimed, self._released = {}, {}
        if stale is None:
            self._reads.clear()
        else:
            for ref in stale:
                self._reads.pop(ref, None)

    def new_id(self, prefix: str) -> str:
        return self._once(lambda: ids.new(prefix))

    def new_number(self, series: str) -> str:
        """A document number (kernel/numbering.py); a dry run shows the next one without reserving it."""
        take = numbering.peek_number if self.call.is_dry_run else numbering.next_number
        return self._once(lambda: take(self.tenant, series))

    def _once(self, make: Callable[[], str]) -> str:
        if self._minted_used == len(self._minted):
            self._minted.append(make())
        self._minted_used += 1
        return self._minted[self._minted_used - 1]

    # --- reading ------------------------------------------------------------------------------------------------------

    def read(self, *refs: Ref) -> list[Row | None]:
        """Rows by key, strongly consistent, in one round trip for each 100; None for each that does not exist or that
        the caller may not see."""
        self.fetch(*refs)
        rows = [None if (item := self._reads[ref]) is None else ref.model.read(item) for ref in refs]
        return visibility.cut(self.call, rows, self._read_items)

    def _read_items(self, refs: Sequence[Ref]) -> dict[Ref, Item | None]:
        self.fetch(*refs)
        return {ref: self._reads[ref] for ref in refs}

    def fetch(self, *refs: Ref) -> None:
        """Reads rows in advance that are then read one by one, to save round trips."""
        missing = [ref for ref in refs if ref not in self._reads]
        if missing:
            self._reads.update(store.get_many(missing))

    def find(self, model: type[R], hash_key: str, range_key: RangeKey = None) -> R | None:
        row = self.read(Ref(model, hash_key, range_key))[0]
        return row if isinstance(row, model) else None

    def load(self, model: type[D], hash_key: str, range_key: RangeKey = None) -> D:
        """The document. NotFound when it does not exist or the caller may not see it."""
        document = self.find(model, hash_key, range_key)
        if document is None:
            raise NotFound(f"There is no such {model.entity.replace('_', ' ')}.")
        return document

    def load_for_update(self, model: type[D], hash_key: str, range_key: RangeKey = None) -> D:
        """The document that the request changes. NotFound as `load`; PreconditionFailed when If-Match does not
        match."""
        document = self.load(model, hash_key, range_key)
        self.match(document)
        return document

    def match(self, document: Document) -> None:
        """PreconditionFailed when the caller's If-Match is not the document's version."""
        if self.call.if_match is not None and self.call.if_match != document.version:
            raise PreconditionFailed(document.version)

    def owners(self, kind: str, values: Iterable[str]) -> dict[str, str]:
        """Value to owner's id, for the unique values that have an owner."""
        refs = [uniques.ref(self.tenant, kind, value) for value in dict.fromkeys(values)]
        rows = self.read(*refs)
        found = zip(refs, rows, strict=True)
        return {str(ref.range_key): row.owner for ref, row in found if isinstance(row, uniques.Unique)}

    # --- writing ------------------------------------------------------------------------------------------------------

    def create(self, document: D) -> D:
        """Adds a new document with version 1. Invalid when it repeats an external reference."""
        _check_repeated(document)
        document.version = 1
        document.created_at = document.updated_at = self.now
        document.created_by = document.updated_by = self.call.actor
        self.insert(document)
        self._add_to_note(document, [])
        for ref in document.external_refs or []:
            self._claim_ref(document, ref)
        return document

    def insert(self, row: R) -> R:
        """Adds a row, under the condition that it does not exist."""
        self.actions.append(store.put(row, _absent(type(row))))
        return row

    def save(self, document: D) -> D:
        """Writes a changed document, under the condition that the version that was read is still current. Invalid when
        it repeats an external reference."""
        _check_repeated(document)
        before = self._reads.get(store.ref_of(document)) or {}
        read_version = document.version
        document.version = read_version + 1
        document.updated_at, document.updated_by = self.now, self.call.actor
        action = store.put(document, type(document).version == read_version)
        self.actions.append(action)
        self._add_to_note(document, _changed(before, action.request["Item"]))
        self._move_refs(document, before)
        return document

    def overwrite(
        self, row: R, condition: Condition | None = None, on_condition_failed: store.OnConditionFailed | None = None
    ) -> R:
        """Writes a row, replacing an existing one; optionally under a condition."""
        self.actions.append(store.put(row, condition, on_condition_failed))
        return row

    def change(
        self,
        ref: Ref,
        *actions: UpdateAction,
        condition: Condition | None = None,
        on_condition_failed: store.OnConditionFailed | None = None,
    ) -> None:
        """Updates attributes of a row; optionally under a condition."""
        self.actions.append(store.update(ref, actions, condition, on_condition_failed))

    def add(self, action: store.Action) -> None:
        """Adds an action that was built by the caller, such as a prepared update."""
        self.actions.append(action)

    def remove(self, ref: Ref, condition: Condition | None = None) -> None:
        self.actions.append(store.delete(ref, condition))

    def require(
        self, ref: Ref, condition: Condition, on_condition_failed: store.OnConditionFailed | None = None
    ) -> None:
        """Adds a condition on a row that this commit does not write. Only for rows with few writers, because each write
        of the row conflicts with the commit."""
        self.actions.append(store.check(ref, condition, on_condition_failed))

    def claim(self, kind: str, value: str, owner: str, pointer: str) -> None:
        """Reserves the unique value for the owner. AlreadyExists at `pointer` when it has another owner. A value that
        another document releases in the same commit is transferred. For callers who are limited to parts of the tenant,
        the error does not name the owner, which they may not be allowed to see."""
        row = uniques.Unique(partition=self.tenant.key(kind), value=value, owner=owner)
        name = store.ref_of(row)
        self._claimed[name] = row

        def on_condition_failed(item: Item | None) -> AlreadyExists | None:
            current_owner = item["owner"]["S"] if item and self.call.scope_ids is None else "another document"
            error = FieldError(pointer, "already_exists", f"This value belongs to {current_owner}.")
            return AlreadyExists(f"{kind} is taken by {current_owner}.", errors=[error])

        free: Condition = uniques.Unique.value.does_not_exist()
        if name in self._released:
            self._drop(name)
            free = uniques.Unique.owner == self._released[name]
        self.actions.append(store.put(row, free, on_condition_failed))

    def release(self, kind: str, value: str, owner: str) -> None:
        """Releases the unique value, under the condition that `owner` owns it."""
        name = uniques.ref(self.tenant, kind, value)
        self._released[name] = owner
        if name in self._claimed:
            self._drop(name)
            self.actions.append(store.put(self._claimed[name], uniques.Unique.owner == owner))
        else:
            self.remove(name, uniques.Unique.owner == owner)

    def _drop(self, name: Ref) -> None:
        self.actions = [action for action in self.actions if action.ref != name]

    # --- size ---------------------------------------------------------------------------------------------------------

    def check_size(self) -> None:
        """TooManyActions when the writes do not fit into one transaction."""
        allowed = store.MAX_ACTIONS - KERNEL_ACTIONS
        if len(self.actions) > allowed:
            raise TooManyActions(
                f"One transaction holds {allowed} writes, uniqueness rows counted; this needs {len(self.actions)}."
            )
        is_small = len(self.actions) <= _SMALL_ACTIONS
        if not is_small and sum(map(store.size_of, self.actions)) > store.MAX_BYTES:
            raise TooManyActions("One transaction holds 4 MB.")

    def apply_while_room(self, pieces: Sequence[P], apply: Callable[[P], None], *, reserve: int) -> int:
        """Applies pieces one by one while the transaction has room for one more and for `reserve` other actions, and
        returns how many were applied. A piece is estimated to be as large as the largest piece before it."""
        largest, size, measured = 1, 0, 0
        for done, piece in enumerate(pieces):
            used = len(self.actions) + KERNEL_ACTIONS + reserve
            if len(self.actions) > _SMALL_ACTIONS:
                size += sum(map(store.size_of, self.actions[measured:]))
                measured = len(self.actions)
            if used + largest > store.MAX_ACTIONS or size > store.MAX_BYTES // 2:
                return done
            before = len(self.actions)
            apply(piece)
            largest = max(largest, len(self.actions) - before)
        return len(pieces)

    def annotate(self, **changes: Any) -> None:
        """Sets fields of the journal entry: subjects, job, reason, event; the entity when no document is written."""
        self.note = self.note or Note()
        for name, value in changes.items():
            setattr(self.note, name, value)

    def _add_to_note(self, document: Document, fields: Sequence[str]) -> None:
        """Adds the document to the journal entry: the first document is the entity, the others are subjects."""
        identifier = document.id
        if self.note is None or not self.note.entity_id:
            self.annotate(entity=document.entity, entity_id=identifier, version=document.version, fields=list(fields))
        elif identifier != self.note.entity_id and identifier not in self.note.subjects:
            self.note.subjects = [*self.note.subjects, identifier]

    def _claim_ref(self, document: Document, ref: ExternalRef) -> None:
        self.claim(f"{document.entity}_ref", ref.value, document.id, "/external_refs")

    def _move_refs(self, document: Document, before: Item) -> None:
        old = set(type(document).read(before).external_refs or []) if before else set()
        new = set(document.external_refs or [])
        for ref in sorted(new - old, key=lambda ref: ref.value):
            self._claim_ref(document, ref)
        for ref in sorted(old - new, key=lambda ref: ref.value):
            self.release(f"{document.entity}_ref", ref.value, document.id)


def _check_repeated(document: Document) -> None:
    """Invalid when the document repeats an external reference: DynamoDB refuses a transaction with two actions on one
    row."""
    problems = repeats("/external_refs", [ref.value for ref in document.external_refs or []])
    if problems:
        raise Invalid(errors=problems)


def _absent(model: type[Row]) -> Condition:
    return model.get_attributes()[pynamodb_internals.hash_name(model)].does_not_exist()


def _changed(before: Item, after: Item) -> list[str]:
    names = (name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    return sorted(name for name in names if name not in _BOOKKEEPING)
