"""A tenant that has one of everything, made from the samples of the modules, each of its texts a word of its own."""

import functools
import json
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.kernel.samples import (
    Body,
    Maker,
    OutsideThing,
    Place,
    Ref,
    Samples,
    StandIn,
    Text,
    Thing,
    collected,
    filled,
    refs,
)
from tests.contract import operations
from tests.contract.marks import Marks, numbers
from tests.world import Client, Reply

NEVER = "01aaaaaaaaaaaaaaaaaaaaaaaa"
"""The body of an id that was never given to anything."""


def nothing(maker: Maker, body: Body) -> None:
    """Most operations need nothing of other systems."""


@functools.cache
def samples() -> Samples:
    """The samples of all modules."""
    return collected()


@dataclass
class SampleTenant:
    """`ids`: what was made, by the names that its Thing gives. `sent` and `told`: the last body and answer of each
    operation. `shown`: operations that send what the specification shows instead of words of their own."""

    client: Client
    mark: Marks = field(default_factory=Marks)
    ids: dict[str, str] = field(default_factory=dict)
    sent: dict[str, Body] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    shown: Collection[str] = ()

    def body(self, operation: str, mark: Marks | None = None) -> dict[str, Any]:
        """A good body of the operation, with ids of this tenant."""
        assert operation in samples().bodies, f"no samples.py has a body for {operation}"
        return self.filled(samples().bodies[operation], operation, mark)

    def query(self, operation: str) -> dict[str, str]:
        """The query that the operation does not answer without."""
        return self.filled(samples().queries.get(operation, {}), operation)

    def filled(self, body: Body, name: str, mark: Marks | None = None) -> dict[str, Any]:
        """The body without stand-ins."""
        words = mark or self.mark

        def fill(stand_in: StandIn, place: Place) -> str:
            if isinstance(stand_in, Ref):
                assert stand_in.name in self.ids, f"{name}: {stand_in.name} was not made"
                return self.ids[stand_in.name]
            if name in self.shown:
                return stand_in.shown
            word = (
                words(".".join((name, *(step for step in place if step != "*")))) if isinstance(stand_in, Text) else ""
            )
            return f"{stand_in.prefix}{word or next(numbers)}{stand_in.suffix}"

        made: dict[str, Any] = filled(body, fill)
        return made

    def make(self, *names: str) -> str:
        """Makes these things, unless they are there, and before them what they need; the id of the last."""
        for name in names:
            if name not in self.ids:
                self.make_again(name)
        return self.ids[names[-1]]

    def make_again(self, name: str) -> str:
        """Makes the thing, from now on the one that the name stands for; its id."""
        thing = samples().thing(name)
        self.make_all_of(needed_by(thing))
        self.ids |= thing.make(self) if isinstance(thing, OutsideThing) else self._made(thing)
        return self.ids[name]

    def make_all_of(self, names: Collection[str]) -> None:
        for name in names:
            self.make(name)

    def ask(self, name: str, changes: Mapping[str, Any] | None = None, etag: str = "", query: str = "") -> Reply:
        """Asks for an operation with its good body."""
        endpoint = operations.endpoints()[name]
        body = None
        if endpoint.body is not None:
            body = self.filled({**samples().bodies[name], **(changes or {})}, name)
            samples().outside.get(name, nothing)(self, body)
            self.sent[name] = body
        headers = operations.headers(endpoint, uuid.uuid4().hex, etag)
        reply = self.client.call(endpoint.method, operations.path(endpoint, self.ids) + query, body, headers)
        self.told[name] = reply.json
        return reply

    def get(self, path: str) -> Any:
        """What an address answers."""
        return self.client.get(path).ok()

    def deliver(self, path: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Sends a body without a token, as other systems do."""
        self.client.world.anonymous().call("POST", path, body, dict(headers)).ok()

    def simulate(self, platform: str, path: str, body: Body) -> None:
        """Puts a body to a path of the platform's simulator."""
        assert platform == "shopify"
        shopify = self.client.world.simulators.shopify
        assert shopify.handle("PUT", f"/{path}", {}, json.dumps(body).encode()).status == 200

    def _made(self, thing: Thing) -> dict[str, str]:
        reply = self.ask(thing.operation, thing.changes)
        made = {name: str(reply.ok()[member]) for name, member in thing.gives.items()}
        self.ids |= made
        for step in thing.steps:
            reply = self.ask(step, etag=reply.etag)
            reply.ok()
        return made


def needed_by(thing: Thing | OutsideThing) -> list[str]:
    """What must be there before the thing can be made."""
    if isinstance(thing, OutsideThing):
        return list(thing.needs)
    asked = [thing.operation, *thing.steps]
    bodies = [samples().bodies.get(name, {}) for name in asked]
    bodies.append(thing.changes)
    of_paths = [each for name in asked for each in operations.path_names(operations.endpoints()[name])]
    return list(dict.fromkeys(each for each in (*thing.needs, *of_paths, *refs(*bodies)) if each not in thing.gives))


def settled(client: Client) -> SampleTenant:
    """Makes everything through the API, each thing after what it needs."""
    made = SampleTenant(client)
    made.make_all_of([name for thing in samples().things for name in thing.gives])
    return made


def never(identifier: str) -> str:
    """An id of the same kind as this one that belongs to nobody."""
    return f"{identifier.partition('_')[0]}_{NEVER}" if "_" in identifier else str(uuid.uuid4())
