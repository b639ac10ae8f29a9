"""Kinds of documents that are found by search, which each module declares for its own documents."""

from dataclasses import dataclass
from enum import Flag, auto


class FoundBy(Flag):
    """What documents of a kind are found by. NAMES: texts about persons, and how to reach them. TEXTS: other texts.
    CODES: codes and numbers."""

    NAMES = auto()
    TEXTS = auto()
    CODES = auto()


@dataclass(frozen=True, slots=True)
class Searchable:
    """A kind of document that is found by search.

    kind: its name in answers. prefixes: of its ids. by: what is looked up. read: the function that reads documents of
    the kind by id as `SearchDocument`s, by its submodule and name; it leaves out what does not exist and what the
    caller may not see. permission: what the caller needs. Events that change what a document is found by have the
    topic of search.
    """

    kind: str
    prefixes: tuple[str, ...]
    by: FoundBy
    read: str
    permission: str
