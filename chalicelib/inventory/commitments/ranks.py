"""The order in which those who wait for stock get it: by priority, promised date, and time of confirmation."""

from datetime import date, datetime
from typing import NamedTuple

from chalicelib.kernel import clock
from chalicelib.kernel.tenant import compound, parts_of

_NEVER = "never"
"""Sorts behind all dates."""


class Rank(NamedTuple):
    """priority: 1 to 9, lower ones first. promised_on: earlier ones first, None last. since: when the document was
    confirmed, the first one first."""

    priority: int
    promised_on: date | None
    since: datetime


class Claim(NamedTuple):
    """Who commits stock or waits for it: a document, by its id, with its rank."""

    document_id: str
    rank: Rank

    @property
    def turn(self) -> str:
        """A text that sorts in the order in which documents get stock."""
        promised = _NEVER if self.rank.promised_on is None else self.rank.promised_on.isoformat()
        return compound(str(self.rank.priority), promised, clock.text(self.rank.since), self.document_id)


def claim_of(turn: str) -> Claim:
    """The claim whose turn it is."""
    priority, promised, since, document_id = parts_of(turn)
    promised_on = None if promised == _NEVER else date.fromisoformat(promised)
    return Claim(document_id, Rank(int(priority), promised_on, clock.parse(since)))
