"""Writes the entries by which documents are found. Only the consumer writes them, one document at a time.

The manifest is written first, unfinished and with the entries from before and from now, so none is ever left over: a
crash at any point is mended by doing the same again.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from chalicelib.events.schemas import Change
from chalicelib.kernel import declaration
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.searches import Searchable
from chalicelib.kernel.tenant import Tenant, compound
from chalicelib.search.index import events, keys, tables, terms
from chalicelib.search.index.documents import ReadDocuments, SearchDocument
from chalicelib.search.index.tables import SearchEntry, SearchManifest

_UNFINISHED = "-"


class Indexed(NamedTuple):
    """How a document is found: its entries, and the manifest that lists them."""

    manifest: SearchManifest
    entries: list[SearchEntry]


def read(call: Call, kind: str, document_ids: Collection[str]) -> Sequence[SearchDocument]:
    """The documents of a kind with these ids that the caller may see."""
    module, searchable = declaration.searchables()[kind]
    found: ReadDocuments = module.member(searchable.read)
    return found(call, document_ids)


def named(change: Change) -> set[tuple[str, str]]:
    """The documents, by kind and id, that a change is about. Other documents are its subjects too, such as the items of
    a receipt: of a change of a document only those of the same kind are looked at."""
    every = {(each, document_id) for document_id in (change.entity_id, *change.subjects) for each in kinds(document_id)}
    own = kinds(change.entity_id) if change.event != events.ASKED.name else []
    return {(each.kind, document_id) for each, document_id in every if not own or each in own}


def kinds(document_id: str) -> list[Searchable]:
    """The kinds of documents of which the id may be."""
    prefix = document_id.partition("_")[0]
    return [each for _, each in declaration.searchables().values() if prefix in each.prefixes]


def index(call: Call, kind: str, document_ids: Collection[str], *, anew: Collection[str] = ()) -> None:
    """Brings the entries of documents in step with what they say by now. May be repeated. anew: the documents of which
    all entries are written, also those that should be there."""
    before = manifests(call.tenant, kind, document_ids)
    after = {each.id: indexed(call.tenant, kind, each) for each in read(call, kind, document_ids)}
    changed = [each for each in document_ids if each in anew or not is_same(before.get(each), after.get(each))]
    announced, rows, over, last, gone = [], [], [], [], []
    for document_id in changed:
        old, new = before.get(document_id), after.get(document_id)
        old_keys = set() if old is None else old.keys(call.tenant, kind)
        new_keys = set() if new is None else new.manifest.keys(call.tenant, kind)
        keeps = document_id not in anew and old is not None and new is not None and old.digest == new.manifest.digest
        over += [Ref(SearchEntry, *key) for key in sorted(old_keys - new_keys)]
        if new is None:
            gone.append(ref(call.tenant, kind, document_id))
            continue
        rows += [row for row in new.entries if not (keeps and (row.partition, row.entry) in old_keys)]
        announced.append(_unfinished(old, new.manifest))
        last.append(new.manifest)
    store.put_many(announced)
    store.put_many(rows, over)
    store.put_many(last, gone)


def manifests(tenant: Tenant, kind: str, document_ids: Collection[str]) -> dict[str, SearchManifest]:
    """The manifests of documents, by the document's id; strongly consistent."""
    found = store.get_many([ref(tenant, kind, each) for each in document_ids])
    rows = [SearchManifest.read(item) for item in found.values() if item is not None]
    return {row.id: row for row in rows}


def is_same(old: SearchManifest | None, new: Indexed | None) -> bool:
    """Whether the entries of a document are as they should be, by its manifest."""
    return (None if old is None else old.item()) == (None if new is None else new.manifest.item())


def ref(tenant: Tenant, kind: str, document_id: str) -> Ref:
    """The key of a document's manifest."""
    return Ref(SearchManifest, tenant.key(kind), document_id)


def indexed(tenant: Tenant, kind: str, document: SearchDocument) -> Indexed:
    """How a document is to be found. TypeError when it says what its kind is not looked up by."""
    _, searchable = declaration.searchables()[kind]
    if document.found_by() not in searchable.by:
        raise TypeError(f"documents of the kind {kind} are not looked up by {document.found_by()}")
    found, generation = terms.of(document), keys.current()
    words = f" {' '.join(found.words)} "
    warehouse_ids = None if document.warehouse_ids is None else sorted(document.warehouse_ids)
    tokens = [
        (str(int(match)), generation.token(tenant, kind, beginning)) for beginning, match in found.beginnings().items()
    ]
    tokens += [(str(int(terms.Match.EXACT)), generation.token(tenant, kind, each)) for each in found.whole]
    manifest = SearchManifest(
        partition=tenant.key(kind),
        id=document.id,
        tokens=[".".join((str(generation.number), *each)) for each in tokens] or None,
        texts=list(found.texts) or None,
        codes=list(found.codes) or None,
        digest=generation.token(tenant, kind, "\n".join((words, *(warehouse_ids or ())))),
    )

    def entry(partition: str, *parts: str, words: str | None = words) -> SearchEntry:
        return SearchEntry(
            partition=partition, entry=compound(*parts, document.id), words=words, warehouse_ids=warehouse_ids
        )

    number = str(generation.number)
    rows = [entry(tables.token_partition(tenant, kind, number, token), match) for match, token in tokens]
    rows += [entry(tables.plain_partition(tenant, kind, tables.TEXTS), word) for word in found.texts]
    rows += [entry(tables.plain_partition(tenant, kind, tables.CODES), code, words=None) for code in found.codes]
    return Indexed(manifest, rows)


def _unfinished(old: SearchManifest | None, new: SearchManifest) -> SearchManifest:
    """A manifest of the entries of both, which says that they are being written."""

    def joined(one: Sequence[str] | None, other: Sequence[str] | None) -> list[str] | None:
        return list(dict.fromkeys([*(one or ()), *(other or ())])) or None

    before = new if old is None else old
    return SearchManifest(
        partition=new.partition,
        id=new.id,
        digest=_UNFINISHED,
        tokens=joined(before.tokens, new.tokens),
        texts=joined(before.texts, new.texts),
        codes=joined(before.codes, new.codes),
    )
