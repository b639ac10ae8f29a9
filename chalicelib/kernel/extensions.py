"""What a package offers to a package below it, which must not import it: functions that the lower one calls by name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Extension:
    """Functions for a package below.

    point: what is extended, as the package below names it. name: for whom, such as the prefix of the ids of a kind of
    documents. submodule: has the functions, under the names by which they are called.
    """

    point: str
    name: str
    submodule: str
