"""By which rows a document is found, and whether it is what somebody asks for. The rows lead to documents; what a
document says by now decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from chalicelib.kernel import phones
from chalicelib.kernel.codes import folded
from chalicelib.search.index import words
from chalicelib.search.index.documents import SearchDocument

FIRST_LETTERS, MOST_LETTERS = 2, 6
"""A name is looked up by a beginning of so many letters; what is longer is compared with the words in the row."""
MOST_WORDS = 24
"""So many words of a document find it; all further ones are left out."""
_LONGEST_WORD = 40
_LONGEST_CODE = 64


class Match(IntEnum):
    """How well a document fits what is asked for."""

    BEGINNING = 1
    EXACT = 2


@dataclass(frozen=True, slots=True)
class Terms:
    """What a document is found by. words: all its words, to compare with. names, texts: the words that lead to it.
    whole: what is only found as a whole."""

    words: tuple[str, ...]
    names: tuple[str, ...]
    texts: tuple[str, ...]
    codes: tuple[str, ...]
    whole: tuple[str, ...]

    def beginnings(self) -> dict[str, Match]:
        """The beginnings of the names by which it is looked up, and whether one of them is a whole name."""
        found: dict[str, Match] = {}
        for word in self.names:
            for end in range(min(FIRST_LETTERS, len(word)), min(MOST_LETTERS, len(word)) + 1):
                is_whole = end == len(word) or found.get(word[:end]) is Match.EXACT
                found[word[:end]] = Match.EXACT if is_whole else Match.BEGINNING
        return found


def of(document: SearchDocument) -> Terms:
    """The terms of a document."""
    codes = [*document.codes, *document.numbers]
    names, texts = _words(document.names), _words(document.texts)
    short = [words.code(each)[:_LONGEST_CODE] for each in codes] + [words.serial(each) for each in document.numbers]
    whole = [_email(each) for each in document.emails] + [_phone(each) for each in document.phones]
    return Terms(
        words=tuple(dict.fromkeys([*names, *texts, *_words(codes)])),
        names=tuple(words.leading(names)),
        texts=tuple(words.leading(texts)),
        codes=tuple(dict.fromkeys(each for each in short if each)),
        whole=tuple(dict.fromkeys(each for each in whole if each)),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for. words: in their order. leading: the one that is looked up; None without words. codes: the
    codes that a code may begin with. whole: what a whole value may be."""

    words: tuple[str, ...]
    leading: str | None
    codes: tuple[str, ...]
    whole: tuple[str, ...]

    @property
    def others(self) -> list[str]:
        """The words that are compared."""
        return [word for word in self.words if word != self.leading]

    def match(self, terms: Terms) -> Match | None:
        """How well a document fits; None when it does not."""
        if not set(self.whole).isdisjoint(terms.whole) or not set(self.codes).isdisjoint(terms.codes):
            return Match.EXACT
        if self.leading is not None and _begins((*terms.names, *terms.texts), self.leading):
            if set(terms.words).issuperset(self.words):
                return Match.EXACT
            if all(_begins(terms.words, word) for word in self.words):
                return Match.BEGINNING
        return Match.BEGINNING if any(_begins(terms.codes, code) for code in self.codes) else None


def asked(text: str) -> Asked:
    """What a text asks for."""
    found = [word[:_LONGEST_WORD] for word in words.words(text)]
    code = words.code(text)[:_LONGEST_CODE]
    running = code.lstrip("0") if code.isdigit() else ""
    return Asked(
        words=tuple(found),
        leading=max(words.leading(found), key=len, default=None),
        codes=tuple(dict.fromkeys(each for each in (code, running) if each)),
        whole=tuple(each for each in (_email(text), _phone(text)) if each),
    )


def _words(texts: Iterable[str]) -> list[str]:
    found = (word[:_LONGEST_WORD] for text in texts for word in words.words(text))
    return list(dict.fromkeys(found))[:MOST_WORDS]


def _begins(found: Iterable[str], beginning: str) -> bool:
    return any(each.startswith(beginning) for each in found)


def _email(text: str) -> str | None:
    return f"email {folded(text)}" if "@" in text else None


def _phone(text: str) -> str | None:
    tail = phones.tail(text)
    return f"phone {tail}" if len(tail) == phones.TAIL else None
