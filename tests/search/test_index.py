"""What search stores: found as by reading everything, without words in keys, mended after crashes, rebuilt the same."""

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.kernel import ids as identifiers
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from chalicelib.search.index import retrieval, terms, words, writing
from chalicelib.search.index.documents import SearchDocument
from chalicelib.search.index.tables import SearchManifest
from tests.search.searches import customer, names, rows
from tests.world import Client, World


@contextmanager
def documents(monkeypatch: pytest.MonkeyPatch, found: dict[str, SearchDocument]) -> Iterator[None]:
    """Puts documents in the place of those that modules read."""

    def read(call: Call, kind: str, document_ids: Collection[str]) -> Sequence[SearchDocument]:
        return [found[each] for each in document_ids if each in found]

    with monkeypatch.context() as patched:
        patched.setattr(writing, "read", read)
        yield


_LETTERS = st.one_of(st.sampled_from("abemnuöäé-' "), st.sampled_from("王东\u0391\u03c3\u0431 "))
_NAME = st.text(_LETTERS, max_size=14) | st.sampled_from(
    ["Müller GmbH", "Muller the Elder", "AG", "Schneider", "Schne"]
)
_CODE = st.text(st.sampled_from("A-0123 "), max_size=6)
_DOCUMENT = st.tuples(st.lists(_NAME, max_size=3), st.lists(_CODE, max_size=2))


def without_zeros(code: str) -> tuple[str, str]:
    """A code, and one of digits without leading zeros."""
    form = words.code(code)
    return form, form.lstrip("0") if form.isdigit() else form


def is_meant(document: SearchDocument, text: str) -> bool:
    """What search promises, said plainly and slowly: a code that begins so; or a word of the name that begins as the
    longest uncommon word without digits does, and words for all others."""
    asked = words.words(text)
    codes = [*document.codes, *document.numbers]
    starts = [form for code in codes for form in without_zeros(code)] + [
        words.serial(each) for each in document.numbers
    ]
    if any(start and start.startswith(form) for start in starts for form in without_zeros(text) if form):
        return True
    named = list(dict.fromkeys(word for name in document.names for word in words.words(name)))
    all_words = [*named, *(word for code in codes for word in words.words(code))]
    rare = [word for word in asked if word not in words.COMMON] or asked
    if not rare:
        return False
    plain = [word for word in rare if not any(each.isdigit() for each in word)] or rare
    longest = max(plain, key=len)
    leading = [word for word in named if word not in words.COMMON] or named
    is_short = len(longest) < terms.FIRST_LETTERS
    leads = any(word == longest if is_short else word.startswith(longest) for word in leading)
    return leads and all(any(word.startswith(each) for word in all_words) for each in asked)


@settings(max_examples=25)
@given(st.lists(_DOCUMENT, min_size=1, max_size=8), st.lists(_NAME | _CODE, max_size=4), st.data())
def test_search_finds_what_reading_everything_finds(
    world: World, drawn: list[tuple[list[str], list[str]]], texts: list[str], data: st.DataObject
) -> None:
    call = Call.system(Tenant(identifiers.new("tst").replace("_", "-")), "test")
    made = {}
    for names_, codes in drawn:
        document = SearchDocument(id=identifiers.new("pty"), names=names_, codes=codes[:1], numbers=codes[1:])
        made[document.id] = document
    spoken = [text for document in made.values() for text in (*document.names, *document.codes, *document.numbers)]
    asked = [*texts, *(text[: data.draw(st.integers(0, len(text)))] for text in spoken)]
    with pytest.MonkeyPatch.context() as monkeypatch, documents(monkeypatch, made):
        writing.index(call, "customer", list(made))
        for text in asked:
            found = retrieval.find(call, ["customer"], terms.asked(text), 20)
            hits = {hit.document.id for hit in found.hits}
            assert hits == {each for each, document in made.items() if is_meant(document, text)}, text


def test_no_word_of_a_name_is_in_a_key(world: World, acme: Client) -> None:
    contact = {"name": "Canarina Birdsong", "email": "canary@bird.example", "phone": "+49 731 7654321"}
    customer(acme, "Kanarienvogel Werke", contacts=[contact])
    world.settle()
    stored = rows(acme.tenant)
    assert len(stored) > 20
    for item in stored:
        said = json.dumps({name: value for name, value in item.items() if name != "words"}).lower()
        for word in ("kanari", "werke", "canari", "birdso", "bird.example", "7654321"):
            assert word[:5] not in said, item


def test_what_a_document_does_not_say_any_more_is_gone(world: World, acme: Client) -> None:
    made = customer(acme, "Ephemera Quickly")
    customer(acme, "Remaining")
    world.settle()
    assert "ephemera" in json.dumps(rows(acme.tenant))
    acme.patch(f"/v1/customers/{made['id']}", {"name": "Something Else"}, etag=made["version"]).ok()
    world.settle()
    assert "ephemera" not in json.dumps(rows(acme.tenant))
    with pytest.MonkeyPatch.context() as monkeypatch, documents(monkeypatch, {}):
        writing.index(Call.system(Tenant(acme.tenant), "test"), "customer", [made["id"]])
    assert made["id"] not in json.dumps(rows(acme.tenant))
    assert names(acme, "rem") == ["Remaining"]


@pytest.mark.parametrize("lost", range(4))
def test_a_crash_at_any_point_is_mended_by_doing_the_same_again(
    world: World, acme: Client, monkeypatch: pytest.MonkeyPatch, lost: int
) -> None:
    made = customer(acme, "Former Name")
    world.settle()
    call = Call.system(Tenant(acme.tenant), "test")
    after = {made["id"]: SearchDocument(id=made["id"], names=["Later Name"])}
    left = [lost]

    def put_many(*arguments: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        store_put_many(*arguments)

    store_put_many = store.put_many
    with documents(monkeypatch, after):
        with monkeypatch.context() as crashing:
            crashing.setattr(store, "put_many", put_many)
            with pytest.raises(KeyboardInterrupt) if lost < 3 else contextmanager(lambda: iter([None]))():
                writing.index(call, "customer", [made["id"]])
        writing.index(call, "customer", [made["id"]])
        mended = rows(acme.tenant)
        writing.index(call, "customer", [made["id"]])
    assert rows(acme.tenant) == mended
    assert "former" not in json.dumps(mended)
    assert "later" in json.dumps(mended)
    (manifest,) = (SearchManifest.read(item) for item in mended if "digest" in item)
    assert len(manifest.keys(call.tenant, "customer")) == len(mended) - 1


def test_what_a_kind_is_not_looked_up_by_is_refused(world: World, acme: Client) -> None:
    document = SearchDocument(id=identifiers.new("so"), names=["Ada"])
    with pytest.raises(TypeError, match="sales_order"):
        writing.indexed(Tenant(acme.tenant), "sales_order", document)
