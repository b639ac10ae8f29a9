"""Finds documents: entries lead to candidates, and what the documents say by now decides."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from pynamodb.expressions.condition import Condition

from chalicelib.kernel import declaration
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.searches import FoundBy
from chalicelib.kernel.tenant import compound
from chalicelib.search.index import keys, tables, terms, writing
from chalicelib.search.index.documents import SearchDocument
from chalicelib.search.index.keys import Generation
from chalicelib.search.index.tables import SearchEntry
from chalicelib.search.index.terms import MOST_LETTERS, Asked, Match

MOST_ENTRIES = 300
"""So many entries are looked at by one question about a kind."""
_UNSORTED = 50
"""So many entries that are not sorted by time are read where nothing else is compared."""
_MOST_COMPARED = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that is what is asked for."""

    kind: str
    match: Match
    document: SearchDocument


@dataclass(frozen=True, slots=True)
class Found:
    """The best hits, the best first. is_partial: there may be more."""

    hits: list[Hit]
    is_partial: bool


@dataclass(frozen=True, slots=True)
class _Question:
    """One query for entries. where: what the other words have to be. is_sorted: whether the best and newest come
    first. from_both_ends: whether the last entries are asked for too when there are many: numbers rise with time, and
    an exact one comes first."""

    keys: Condition
    where: Condition | None = None
    is_sorted: bool = False
    from_both_ends: bool = False


def find(call: Call, kinds: Collection[str], asked: Asked, limit: int) -> Found:
    """The best documents of these kinds, at most `limit`: exact ones first, then the newest."""
    candidates: dict[tuple[str, str], Match] = {}
    is_partial = False
    for kind in kinds:
        for question in _questions(call, kind, asked):
            entries, has_more = _answers(question, _most(call, question, limit))
            is_partial = is_partial or has_more
            for entry in entries:
                if entry.warehouse_ids is None or call.sees_any(*entry.warehouse_ids):
                    key = (kind, entry.document_id)
                    candidates[key] = max(_expected(entry, asked), candidates.get(key, Match.BEGINNING))
    ranked = sorted(candidates, key=lambda key: _rank(candidates[key], key[1]), reverse=True)
    hits: list[Hit] = []
    while ranked and len(hits) < limit:
        hits += _decided(call, ranked[:limit], asked)
        ranked = ranked[limit:]
    hits.sort(key=lambda hit: _rank(hit.match, hit.document.id), reverse=True)
    return Found(hits[:limit], is_partial or bool(ranked) or len(hits) > limit)


def _answers(question: _Question, most: int) -> tuple[list[SearchEntry], bool]:
    """The entries, and whether there are more."""

    def ask(*, newest_first: bool) -> store.Page:
        return store.query(
            SearchEntry, question.keys, where=question.where, limit=most, newest_first=newest_first, consistent=False
        )

    page = ask(newest_first=question.is_sorted)
    items = page.items
    if question.from_both_ends and page.next_key is not None:
        items = [*items, *ask(newest_first=True).items]
    return [SearchEntry.read(item) for item in items], page.next_key is not None


def _questions(call: Call, kind: str, asked: Asked) -> Iterator[_Question]:
    _, searchable = declaration.searchables()[kind]
    entry = SearchEntry.entry
    if FoundBy.CODES in searchable.by:
        codes = _in(tables.plain_partition(call.tenant, kind, tables.CODES))
        yield from (_Question(codes & entry.startswith(code), from_both_ends=True) for code in asked.codes)
    if FoundBy.TEXTS in searchable.by and asked.leading is not None:
        texts = _in(tables.plain_partition(call.tenant, kind, tables.TEXTS))
        yield _Question(texts & entry.startswith(asked.leading), _having(asked.others))
    if FoundBy.NAMES in searchable.by:
        yield from _about_names(call, kind, asked)


def _about_names(call: Call, kind: str, asked: Asked) -> Iterator[_Question]:
    for generation in keys.generations():

        def by(text: str, where: Condition | None = None, *, generation: Generation = generation) -> _Question:
            token = generation.token(call.tenant, kind, text)
            partition = tables.token_partition(call.tenant, kind, str(generation.number), token)
            return _Question(_in(partition), where, is_sorted=True)

        yield from map(by, asked.whole)
        if asked.leading is not None:
            is_cut = len(asked.leading) > MOST_LETTERS
            yield by(asked.leading[:MOST_LETTERS], _having(asked.words if is_cut else asked.others))


def _in(partition: str) -> Condition:
    condition: Condition = SearchEntry.partition == partition
    return condition


def _having(words: Sequence[str]) -> Condition | None:
    """That an entry's document has words that begin so. Of many words some are compared by the documents alone."""
    condition: Condition | None = None
    for word in words[:_MOST_COMPARED]:
        has_word = SearchEntry.words.contains(f" {word}")
        condition = has_word if condition is None else condition & has_word
    return condition


def _most(call: Call, question: _Question, limit: int) -> int:
    """How many entries are looked at. Where all of them count and come in their order, a few are enough."""
    if question.where is not None or not call.sees_all:
        return MOST_ENTRIES
    return limit + 1 if question.is_sorted else max(limit + 1, _UNSORTED)


def _expected(entry: SearchEntry, asked: Asked) -> Match:
    """How well the document of an entry fits, as far as the entry tells."""
    if entry.words is None:
        is_exact = entry.entry in [compound(code, entry.document_id) for code in asked.codes]
    else:
        is_exact = all(f" {word} " in entry.words for word in asked.words)
    return Match.EXACT if is_exact else Match.BEGINNING


def _rank(match: Match, document_id: str) -> tuple[int, str]:
    """Exact ones come first, then the newest, as ids begin with the time."""
    return int(match), document_id.rpartition("_")[2]


def _decided(call: Call, candidates: Sequence[tuple[str, str]], asked: Asked) -> list[Hit]:
    """The candidates that the caller may see and that are what is asked for."""
    by_kind: dict[str, list[str]] = {}
    for kind, document_id in candidates:
        by_kind.setdefault(kind, []).append(document_id)
    return [
        Hit(kind, match, document)
        for kind, document_ids in by_kind.items()
        for document in writing.read(call, kind, document_ids)
        if (match := asked.match(terms.of(document))) is not None
    ]
