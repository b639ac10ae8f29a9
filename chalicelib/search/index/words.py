"""Words and codes in the form in which search compares them: two spellings of one are one.

Case, accents, width, joiners and punctuation do not matter, and neither does whether an umlaut is spelled with an e.
The form of the beginning of a text is the beginning of the text's form, so that one finds by beginnings.
"""

import re
import unicodedata

_SPELLED = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"}
)
_APOSTROPHES = str.maketrans("", "", "'`\u00b4\u02bc\u2018\u2019\uff07")
_OTHERS = re.compile(r"[^a-z0-9]+")
_UMLAUT = re.compile(r"(?<=[aou])e")
_DIGITS = re.compile(r"[0-9]+")
_LEGAL_FORMS = """ab ag aps as bv co corp corporation eg ek ev gbr gmbh inc kg kgaa llc llp ltd limited nv ohg oy
    oyj plc pte pty sa sarl sas se spa sl srl ug"""
_ARTICLES = "and das de der des di die du el et il la las le les lo los the und van von y"
COMMON = frozenset(f"{_LEGAL_FORMS} {_ARTICLES}".split())
"""Words that too many names have: none of them leads to a document that has others."""


def plain(text: str) -> str:
    """The text in small letters and digits of any script, without accents; single blanks stand for all else."""
    if text.isascii():
        return _OTHERS.sub(" ", text.translate(_APOSTROPHES).lower()).strip()
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    letters = map(_letter, folded.translate(_SPELLED).translate(_APOSTROPHES))
    return " ".join("".join(letters).split())


def _letter(each: str) -> str:
    """What is left of a character: vowel signs stay, because they are no accents."""
    if each.isdecimal():
        return str(unicodedata.decimal(each))
    if each.isalnum():
        return each
    category = unicodedata.category(each)
    if category == "Cf" or unicodedata.combining(each):
        return ""
    return each if category.startswith("M") else " "


def words(text: str) -> list[str]:
    """The words of a text in their order, without duplicates."""
    return list(dict.fromkeys(_UMLAUT.sub("", plain(text)).split()))


def code(text: str) -> str:
    """A code without what separates its parts: `SO-2026/000123` is `so2026000123`."""
    return plain(text).replace(" ", "")


def serial(number: str) -> str | None:
    """The running number in a document's number, as people say it: 123 for `SO-2026-000123`; None without digits."""
    found = _DIGITS.findall(plain(number))
    return (found[-1].lstrip("0") or "0") if found else None


def leading(found: list[str]) -> list[str]:
    """The words that lead to a document: all but the common ones, or these when there are no others."""
    return [word for word in found if word not in COMMON] or found
