"""Samples: for each operation a good body, and for each thing that a path names the way to make it.

Each resource keeps its own in its `samples.py`. From them come the examples of the specification, the calls of the
reference page, and the bodies and tenants of the tests; no request of the business imports any of it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from chalicelib.kernel.declaration import registered


@dataclass(frozen=True, slots=True)
class Ref:
    """Stands for the id of a thing, by the name that the thing is made under: `Ref("item_id")`."""

    name: str


@dataclass(frozen=True, slots=True)
class Text:
    """Stands for a text. Examples show `shown`; tests put a word that occurs nowhere else between prefix and suffix."""

    shown: str
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Unique:
    """Stands for a code that must differ at every use. Examples show `shown`; tests put a number between prefix and
    suffix."""

    shown: str
    prefix: str
    suffix: str = ""


StandIn = Ref | Text | Unique
Body = Mapping[str, Any]
"""A body as JSON has it, with stand-ins where a value is not the same every time."""
Place = tuple[str, ...]
"""Where a value is in a body: the names on the way, `*` for an element of a list."""


class Maker(Protocol):
    """Who makes the things of a tenant, as a thing that no operation makes sees it."""

    @property
    def ids(self) -> Mapping[str, str]:
        """The ids of the things that there are."""

    @property
    def sent(self) -> Mapping[str, Body]:
        """The body that each operation was called with last."""

    def filled(self, body: Body, name: str) -> dict[str, Any]:
        """The body without stand-ins; `name` says what it is."""

    def get(self, path: str) -> Any:
        """What an address answers."""

    def deliver(self, path: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Sends a body without a token, as other systems do."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that an operation makes.

    gives: the names that the thing is known by, each with the field of the operation's answer that holds its id; a name
    is that of the path parameter which names the thing. changes: what is different from the operation's sample. steps:
    operations on the thing after it was made, each with the version that it has then. needs: what must be there,
    besides what the body and the path refer to.
    """

    operation: str
    gives: Mapping[str, str]
    changes: Body = field(default_factory=dict)
    steps: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutsideThing:
    """Something that no operation makes, such as what another system delivers. make: brings it about and returns the
    id of each name in `gives`."""

    gives: tuple[str, ...]
    make: Callable[[Maker], Mapping[str, str]]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Samples:
    """What a resource knows by example.

    bodies: a good body by operation, with every field that can be given together with the others. queries: the same for
    the query of an operation that does not answer without one. things: how what its paths name is made.
    """

    bodies: Mapping[str, Body] = field(default_factory=dict)
    queries: Mapping[str, Body] = field(default_factory=dict)
    things: tuple[Thing | OutsideThing, ...] = ()

    def thing(self, name: str) -> Thing | OutsideThing:
        """What gives the name. LookupError when nothing does."""
        for thing in self.things:
            if name in thing.gives:
                return thing
        raise LookupError(f"no samples.py has a Thing that gives {name}")


def collected() -> Samples:
    """The samples of all modules. TypeError when two of them speak of one operation or of one name."""
    bodies: dict[str, Body] = {}
    queries: dict[str, Body] = {}
    things: list[Thing | OutsideThing] = []
    for module in registered():
        for loaded in module.load(module.samples):
            found: Samples = loaded.SAMPLES
            names = {name for thing in found.things for name in thing.gives}
            taken = {name for thing in things for name in thing.gives}
            for mine, others in ((found.bodies, bodies), (found.queries, queries), (names, taken)):
                if both := sorted(set(mine) & set(others)):
                    raise TypeError(f"{module.name}: another module has samples of {', '.join(both)}")
            bodies.update(found.bodies)
            queries.update(found.queries)
            things.extend(found.things)
    return Samples(bodies, queries, tuple(things))


def filled(value: Any, fill: Callable[[StandIn, Place], Any], place: Place = ()) -> Any:
    """A copy of a body with what `fill` says for each stand-in."""
    if isinstance(value, StandIn):
        return fill(value, place)
    if isinstance(value, Mapping):
        return {name: filled(member, fill, (*place, name)) for name, member in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [filled(member, fill, (*place, "*")) for member in value]
    return value


def refs(*values: Any) -> Iterator[str]:
    """The names of all things that bodies refer to."""
    found: list[str] = []

    def note(stand_in: StandIn, _: Place) -> None:
        if isinstance(stand_in, Ref):
            found.append(stand_in.name)

    filled(values, note)
    yield from dict.fromkeys(found)


def address(kind: str | None = None) -> Body:
    """A postal address with every part; of a kind, where addresses have kinds."""
    parts = {
        "name": Text("Ada Lovelace"),
        "company": Text("Lovelace Bikes GmbH"),
        "lines": [Text("Torstrasse 12"), Text("Rear building")],
        "city": Text("Berlin"),
        "region": Text("Berlin"),
        "postal_code": Text("10119"),
        "country": "DE",
        "phone": Text("+49 30 901820"),
    }
    return parts if kind is None else {**parts, "kind": kind}


def external_refs(identifier: str) -> Sequence[Body]:
    """What a former system called the thing."""
    return [{"system": "legacy", "id": Text(identifier)}]
