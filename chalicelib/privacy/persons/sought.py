"""The person who is looked for, and how a value or a text is known to be about him."""

import re
from collections.abc import Iterable
from typing import Annotated

import msgspec

from chalicelib.kernel import phones
from chalicelib.kernel.codes import folded
from chalicelib.kernel.privacy import BUSINESS, CONTACT, NAME, marked
from chalicelib.search.index import words

_NUMBER = re.compile(r"\+?\d[\d\s()/.\-]{5,}\d")


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a person. document_ids: customers, vendors, users and other documents that are his, as somebody
    has decided."""

    names: Annotated[list[str], marked(NAME)] = []
    emails: Annotated[list[str], marked(CONTACT)] = []
    phones: Annotated[list[str], marked(CONTACT)] = []
    document_ids: Annotated[list[str], marked(BUSINESS)] = []


def told(names: Iterable[str], contacts: Iterable[str]) -> Sought:
    """What somebody's own document tells of him: names, and addresses and numbers together."""
    known = list(contacts)
    return Sought(
        names=list(names),
        emails=[each for each in known if "@" in each],
        phones=[each for each in known if "@" not in each],
    )


def joined(one: Sought, other: Sought) -> Sought:
    """All that is known."""
    return Sought(
        **{name: list(dict.fromkeys([*getattr(one, name), *getattr(other, name)])) for name in Sought.__struct_fields__}
    )


class Matcher:
    """Compares values with a person. A name is his when one has all words of the other, two of them at least; an
    address or a number when it is the same in any spelling."""

    def __init__(self, *known: Sought) -> None:
        self._names = [found for each in known for name in each.names if len(found := words.words(name)) > 1]
        self._emails = {folded(email) for each in known for email in each.emails}
        self._phones = [phone for each in known for phone in each.phones if len(phones.digits(phone)) >= phones.TAIL]

    def is_contact(self, value: str) -> bool:
        """Whether the value is one of the person's addresses or numbers."""
        return folded(value) in self._emails or any(phones.is_same(value, each) for each in self._phones)

    def is_name(self, *values: str) -> bool:
        """Whether the values, such as given and family name, are the person's name."""
        found = set(words.words(" ".join(values)))
        return len(found) > 1 and any(found.issuperset(name) or found.issubset(name) for name in self._names)

    def tells_contact(self, text: str) -> bool:
        """Whether a text has one of the person's addresses or numbers in it."""
        form = folded(text)
        if any(each in form for each in self._emails):
            return True
        return bool(self._phones) and any(self.is_contact(each) for each in _NUMBER.findall(text))

    def tells_name(self, text: str) -> bool:
        """Whether a text has the person's name in it, in either order."""
        if not self._names:
            return False
        form = f" {' '.join(words.plain(text).split())} "
        spelled = f" {' '.join(words.words(text))} "
        ways = [way for name in self._names for way in (name, name[::-1])]
        return any(f" {' '.join(way)} " in each for way in ways for each in (form, spelled))
