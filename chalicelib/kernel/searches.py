"""Kinds of documents that are found by search, which each module declares for its own documents."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Searchable:
    """A kind of document that is found by search.

    kind: its name in answers. prefixes: of its ids. read: the function that reads documents of the kind by id as
    `SearchDocument`s, by its submodule and name; it leaves out what does not exist and what the caller may not see.
    permission: what the caller needs. Events that change what a document is found by have the topic of search.
    """

    kind: str
    prefixes: tuple[str, ...]
    read: str
    permission: str
