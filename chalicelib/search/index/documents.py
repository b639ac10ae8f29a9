"""What modules tell search about their documents."""

from collections.abc import Callable, Collection, Sequence
from typing import Annotated

import msgspec

from chalicelib.kernel.call import Call
from chalicelib.kernel.privacy import BUSINESS, CONTACT, IDENTITY, marked
from chalicelib.kernel.searches import FoundBy


class SearchDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What a document is found by, and how it is shown.

    title, code, status: as people know it. names: texts about persons, found by the beginnings of their words. texts:
    other texts, found alike. codes: SKUs, references and the like, found by their beginnings. numbers: codes that end
    in a running number, found by that too. emails, phones: found whole. warehouse_ids: who is limited to others does
    not see it; None for what everybody sees.
    """

    id: str
    title: Annotated[str | None, marked(IDENTITY)] = None
    code: Annotated[str | None, marked(BUSINESS)] = None
    status: Annotated[str | None, marked(BUSINESS)] = None
    names: Annotated[Sequence[str], marked(IDENTITY)] = ()
    texts: Annotated[Sequence[str], marked(BUSINESS)] = ()
    codes: Annotated[Sequence[str], marked(BUSINESS)] = ()
    numbers: Annotated[Sequence[str], marked(BUSINESS)] = ()
    emails: Annotated[Sequence[str], marked(CONTACT)] = ()
    phones: Annotated[Sequence[str], marked(CONTACT)] = ()
    warehouse_ids: Sequence[str] | None = None

    def found_by(self) -> FoundBy:
        """What it says."""
        said = FoundBy(0)
        if self.names or self.emails or self.phones:
            said |= FoundBy.NAMES
        if self.texts:
            said |= FoundBy.TEXTS
        return said | FoundBy.CODES if self.codes or self.numbers else said


ReadDocuments = Callable[[Call, Collection[str]], Sequence[SearchDocument]]
