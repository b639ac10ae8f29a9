"""The unit of work: the reads and the writes of a decision. It collects writes, and `commit` sends them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action as UpdateAction

from chalicelib.kernel import clock, external_refs, idempotency, ids, numbering, uniques, visibility
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.model import Document, Item, RangeKey, Row, is_about_a_person
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.errors import AlreadyExists, FieldError, NotFound, PreconditionFailed
from chalicelib.kernel.external_refs import ExternalRef
from chalicelib.kernel.journal import Note

R = TypeVar("R", bound=Row)
D = TypeVar("D", bound=Document)


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
        self._unchanged: dict[Ref, Document] = {}
        self._minted: list[str] = []
        self._minted_used = 0

    # --- retry --------------------------------------------------------------------------------------------------------

    def restart(self, stale: Iterable[Ref] | None = None) -> None:
        """Discards the writes, and the given reads, or all of them."""
        self.actions, self.note, self._minted_used, self.now = [], None, 0, clock.now()
        self._claimed, self._released, self._unchanged = {}, {}, {}
        if stale is None:
            self._reads.clear()
        else:
            for ref in stale:
                self._reads.pop(ref, None)

    def new_id(self, prefix: str) -> str:
        return self._once(lambda: ids.new(prefix))

    def new_number(self, series: str, year: int) -> str:
        """A document number (kernel/numbering.py); a dry run shows the next one without reserving it."""
        take = numbering.peek_number if self.call.is_dry_run else numbering.next_number
        return self._once(lambda: take(self.tenant, series, year))

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
        if isinstance(self.call.if_match, frozenset) and document.version not in self.call.if_match:
            raise PreconditionFailed(document.version)

    def owners(self, kind: uniques.Kind, values: Iterable[str]) -> dict[str, str]:
        """Value, as it is given, to owner's id, for the unique values that have an owner."""
        refs = uniques.refs(self.tenant, kind, values)
        found = zip(refs, self.read(*refs.values()), strict=True)
        return {value: row.owner for value, row in found if isinstance(row, uniques.Unique)}

    # --- writing ------------------------------------------------------------------------------------------------------

    def create(self, document: D, pointer: str = "") -> D:
        """Adds a new document with version 1. Invalid when it repeats an external reference. pointer: where the
        document lies in the request."""
        external_refs.check(document.external_refs or (), pointer)
        document.version = 1
        document.created_at = document.updated_at = self.now
        document.created_by = document.updated_by = self.call.actor
        self._list_answer(document)
        self.insert(document)
        self._add_to_note(document, [])
        for ref in document.external_refs or []:
            self._claim_ref(document, ref, pointer)
        return document

    def insert(self, row: R) -> R:
        """Adds a row, under the condition that it does not exist."""
        self.actions.append(store.insert(row))
        return row

    def save(self, document: D, pointer: str = "", condition: Condition | None = None) -> D:
        """Writes a changed document, under the condition that the version that was read is still current, and under
        `condition`, for what others write without a new version. A document in which nothing has changed keeps its
        version and is not written. Invalid when it repeats an external reference. pointer: where it lies in the
        request."""
        external_refs.check(document.external_refs or (), pointer)
        ref = store.ref_of(document)
        before = self._reads.get(ref) or {}
        as_read = document.version, document.updated_at, document.updated_by
        self._stamp(document)
        self._list_answer(document)
        current: Condition = type(document).version == as_read[0]
        action = store.put(document, current if condition is None else current & condition)
        changed = type(document).changed_names(before, action.request["Item"])
        if before and not changed and not self._shows_a_person(document):
            document.version, document.updated_at, document.updated_by = as_read
            self._unchanged[ref] = document
            return document
        self._unchanged.pop(ref, None)
        self.actions.append(action)
        self._add_to_note(document, changed)
        self._move_refs(document, before, pointer)
        return document

    def amend(
        self, document: Document, *actions: UpdateAction, fields: Sequence[str], condition: Condition | None = None
    ) -> None:
        """Updates attributes of a document of which others write other ones meanwhile, under the condition that the
        version that was read is still current, and under `condition`. fields: the names of what changes."""
        model = type(document)
        current: Condition = model.version == document.version
        self._stamp(document)
        stamps = (getattr(model, name).set(getattr(document, name)) for name in ("version", "updated_at", "updated_by"))
        current = current if condition is None else current & condition
        self.change(store.ref_of(document), *actions, *stamps, condition=current)
        self._add_to_note(document, fields)

    def _stamp(self, document: Document) -> None:
        document.version = document.version + 1
        document.updated_at, document.updated_by = self.now, self.call.actor

    def erase_answers(self, document: Document) -> None:
        """Erases the stored answers that show the document; call it before the document without its personal data is
        saved. Commands that store another one meanwhile change the document, so none is missed."""
        self._erase(document.answers or ())
        document.answers = None

    def _erase(self, names: Iterable[str]) -> None:
        """Erases stored answers, each once: an answer may show several documents of this work."""
        written = {action.ref for action in self.actions}
        erasures = (idempotency.erased(self.tenant, name) for name in names)
        self.actions += [action for action in erasures if action.ref not in written]

    def _list_answer(self, document: Document) -> None:
        """Lists the answer of this command in a document about a person, so that an erasure finds it. The oldest one of
        a long list is erased for it."""
        if self._shows_a_person(document):
            document.answers, dropped = idempotency.listed(document.answers or {}, self.call)
            self._erase(dropped)

    def _shows_a_person(self, document: Document) -> bool:
        """Whether the answer of this command is stored, and the document is about a person."""
        return self.call.idempotency_key is not None and is_about_a_person(type(document))

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

    def claim(self, kind: uniques.Kind, value: str, owner: str, pointer: str) -> None:
        """Reserves the unique value for the owner. AlreadyExists at `pointer` when it has another owner. A value that
        another document releases in the same commit is transferred. For callers who are limited to parts of the tenant,
        the error does not name the owner, which they may not be allowed to see."""
        name = uniques.ref(self.tenant, kind, value)
        row = uniques.Unique(partition=name.hash_key, value=name.range_key, owner=owner)

        def on_condition_failed(item: Item | None) -> AlreadyExists:
            says = kind.taken(item["owner"]["S"] if item and self.call.scope_ids is None else None)
            return AlreadyExists(says, errors=[FieldError(pointer, "already_exists", says)])

        if self._claimed.setdefault(name, row).owner != owner:
            raise on_condition_failed(None)
        free: Condition = uniques.Unique.value.does_not_exist()
        if name in self._released:
            self.take_back(name)
            free = uniques.Unique.owner == self._released[name]
        self.actions.append(store.put(row, free, on_condition_failed))

    def release(self, kind: uniques.Kind, value: str, owner: str) -> None:
        """Releases the unique value, under the condition that `owner` owns it."""
        name = uniques.ref(self.tenant, kind, value)
        self._released[name] = owner
        if name in self._claimed:
            self.take_back(name)
            self.actions.append(store.put(self._claimed[name], uniques.Unique.owner == owner))
        else:
            self.remove(name, uniques.Unique.owner == owner)

    def planned(self, ref: Ref) -> Item | None:
        """What this work is going to put as the row; None when it is not going to put it."""
        return next((action.request.get("Item") for action in self.actions if action.ref == ref), None)

    def take_back(self, ref: Ref) -> None:
        """Takes back what this work was going to do to the row, so that it can be written anew, together with more."""
        self.actions = [action for action in self.actions if action.ref != ref]

    def finish(self) -> None:
        """Completes the writes: other rows are written only if the saved documents in which nothing has changed are
        still as they were read."""
        if self.actions:
            for ref, document in self._unchanged.items():
                self.require(ref, type(document).version == document.version)
                self._add_to_note(document, [])

    def annotate(self, **changes: Any) -> None:
        """Sets fields of the journal entry: subjects, job, reason, event; the entity when no document is written."""
        self.note = self.note or Note()
        for name, value in changes.items():
            setattr(self.note, name, value)

    def mention(self, entity: str, identifier: str, *subjects: str) -> bool:
        """Adds a document, and ids of others, to the journal entry; returns whether it is the entity."""
        self.note = self.note or Note()
        return self.note.mention(entity, identifier, subjects)

    def _add_to_note(self, document: Document, fields: Sequence[str]) -> None:
        if self.mention(document.entity, document.id):
            self.annotate(version=document.version, fields=list(fields))

    def _claim_ref(self, document: Document, ref: ExternalRef, pointer: str) -> None:
        self.claim(uniques.references(document.entity), ref.value, document.id, f"{pointer}/external_refs")

    def _move_refs(self, document: Document, before: Item, pointer: str) -> None:
        old = set(type(document).read(before).external_refs or []) if before else set()
        new = set(document.external_refs or [])
        for ref in sorted(new - old, key=lambda ref: ref.value):
            self._claim_ref(document, ref, pointer)
        for ref in sorted(old - new, key=lambda ref: ref.value):
            self.release(uniques.references(document.entity), ref.value, document.id)
