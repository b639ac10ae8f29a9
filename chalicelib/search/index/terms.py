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
    whole: what is only found as a whole; of
    telephone numbers the last digits, which phones has as they are."""

    words: tuple[str, ...]
    names: tuple[str, ...]
    texts: tuple[str, ...]
    codes: tuple[str, ...]
    whole: tuple[str, ...]
    phones: tuple[str, ...]

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
    short = [each for code in codes for each in _forms(code)] + [words.serial(each) for each in document.numbers]
    whole = [_email(each) for each in document.emails] + [_phone(each) for each in document.phones]
    return Terms(
        words=tuple(dict.fromkeys([*names, *texts, *_words(codes)])),
        names=tuple(words.leading(names)),
        texts=tuple(words.leading(texts)),
        codes=tuple(dict.fromkeys(each for each in short if each)),
        whole=tuple(dict.fromkeys(each for each in whole if each)),
        phones=tuple(document.phones),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for. words: in their order. leading: the one that is looked up, the longest without digits if
    there is one; None without words. codes: the codes that a code may begin with. email: the form of an e-mail address.
    phone: a telephone number as it was typed."""

    words: tuple[str, ...]
    leading: str | None
    codes: tuple[str, ...]
    email: str | None
    phone: str | None

    @property
    def whole(self) -> list[str]:
        """What a whole value may be."""
        phone = None if self.phone is None else _phone(self.phone)
        return [each for each in (self.email, phone) if each]

    @property
    def others(self) -> list[str]:
        """The words that are compared."""
        return [word for word in self.words if word != self.leading]

    def match(self, terms: Terms) -> Match | None:
        """How well a document fits; None when it does not."""
        if self.email in terms.whole or not set(self.codes).isdisjoint(terms.codes):
            return Match.EXACT
        if self.phone is not None and any(phones.is_same(self.phone, each) for each in terms.phones):
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
    is_phone = _phone(text) is not None and not any(each.isalpha() for each in text)
    return Asked(
        words=tuple(found),
        leading=max(words.leading(found), key=_leads, default=None),
        codes=tuple(_forms(text)),
        email=_email(text),
        phone=text if is_phone else None,
    )


def _leads(word: str) -> tuple[bool, int]:
    """How well a word leads to documents: words with digits are mostly parts of codes, which do not lead."""
    return not any(each.isdigit() for each in word), len(word)


def _forms(code: str) -> list[str]:
    """The forms in which a code is found: one of digits also without leading zeros."""
    form = words.code(code)[:_LONGEST_CODE]
    return list(dict.fromkeys(each for each in (form, form.lstrip("0") if form.isdigit() else form) if each))


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
