"""Kinds of things that are found by a scanned code, which each module declares for its own things."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scannable:
    """A kind of thing that has codes.

    kind: its name in answers. find: the function that finds the things of a scanned code, by its submodule and name; it
    leaves out what the caller may not see. permission: what the caller needs.
    """

    kind: str
    find: str
    permission: str
