"""Samples: a valid body for each operation, and how to create each thing that a path parameter identifies.

Each resource declares its own in its `samples.py`. They are the source of the examples in the OpenAPI document, the
calls of the reference page, and the bodies and tenants of the tests; business requests do not import them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from chalicelib.kernel.declaration import registered


@dataclass(frozen=True, slots=True)
class Ref:
    """Placeholder for the id of a thing, by the name of its path parameter: `Ref("thing_id")`."""

    name: str


@dataclass(frozen=True, slots=True)
class Text:
    """Placeholder for a text. Examples show `shown`; tests use a unique word between prefix and suffix."""

    shown: str
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Unique:
    """Placeholder for a code that must be unique. Examples show `shown`; tests use a number between prefix and
    suffix."""

    shown: str
    prefix: str
    suffix: str = ""


StandIn = Ref | Text | Unique
Body = Mapping[str, Any]
"""A JSON body, with placeholders for values that vary."""
Place = tuple[str, ...]
"""The path of a value in a body: names of members, `*` for an element of a list."""


class Maker(Protocol):
    """What an OutsideThing can use: the things that exist already, and calls of the API."""

    @property
    def ids(self) -> Mapping[str, str]:
        """The ids of the existing things, by name."""

    @property
    def sent(self) -> Mapping[str, Body]:
        """The last body that was sent to each operation."""

    def filled(self, body: Body, name: str) -> dict[str, Any]:
        """The body with its placeholders replaced; `name` identifies the body."""

    def get(self, path: str) -> Any:
        """The decoded response of GET on the path."""

    def deliver(self, path: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Posts a body without a token, as other systems do."""

    def simulate(self, platform: str, path: str, body: Body) -> None:
        """Puts a body to a path of the platform's simulator."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing that an operation creates.

    gives: the thing's names, which are names of path parameters, each with the field of the operation's response that
    holds the id. changes: differences from the operation's sample body. steps: operations to call on the thing after
    its creation, each with its current version. needs: names of things that must exist, besides those that the body
    and the path refer to.
    """

    operation: str
    gives: Mapping[str, str]
    changes: Body = field(default_factory=dict)
    steps: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutsideThing:
    """A thing that no operation creates, such as a delivery by another system. make: creates it and returns the id for
    each name in `gives`."""

    gives: tuple[str, ...]
    make: Callable[[Maker], Mapping[str, str]]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Samples:
    """The samples of a resource.

    bodies: a valid body by operation, with every field that can be combined with the others. queries: the same for the
    required query of an operation. things: how to create the things that its path parameters identify. outside: what
    other systems must have before an operation is called with a body, so that it succeeds.
    """

    bodies: Mapping[str, Body] = field(default_factory=dict)
    queries: Mapping[str, Body] = field(default_factory=dict)
    things: tuple[Thing | OutsideThing, ...] = ()
    outside: Mapping[str, Callable[[Maker, Body], None]] = field(default_factory=dict)

    def thing(self, name: str) -> Thing | OutsideThing:
        """The thing with this name. LookupError when there is none."""
        for thing in self.things:
            if name in thing.gives:
                return thing
        raise LookupError(f"no samples.py has a Thing that gives {name}")


def collected() -> Samples:
    """The samples of all modules. TypeError when two modules declare the same operation or name."""
    bodies: dict[str, Body] = {}
    queries: dict[str, Body] = {}
    things: list[Thing | OutsideThing] = []
    outside: dict[str, Callable[[Maker, Body], None]] = {}
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
            outside.update(found.outside)
    return Samples(bodies, queries, tuple(things), outside)


def filled(value: Any, fill: Callable[[StandIn, Place], Any], place: Place = ()) -> Any:
    """A copy of a body in which each placeholder is replaced by the result of `fill`."""
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
    """A postal address with all fields, and with `kind` if given."""
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
    """A sample reference to the thing in a former system."""
    return [{"system": "legacy", "id": Text(identifier)}]
