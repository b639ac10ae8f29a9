"""The declaration of a package, and the registry of all packages.

A `MODULE` names its submodules instead of importing them, so that loading it is cheap. The application, the table
templates, the policies of the functions, the permissions, retention, redaction, the OpenAPI document, the generated
pages and the contract tests all iterate over the registered modules.
"""

import importlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, TypeVar

from chalice.app import Blueprint

from chalicelib.kernel.bulk import BulkKind
from chalicelib.kernel.counts import Count
from chalicelib.kernel.dynamo.model import Document, Row
from chalicelib.kernel.events import Consumer, Event
from chalicelib.kernel.extensions import Extension
from chalicelib.kernel.names import Nameable
from chalicelib.kernel.quotas import Allowance
from chalicelib.kernel.recipients import Recipient
from chalicelib.kernel.scans import Scannable
from chalicelib.kernel.searches import Searchable

D = TypeVar("D")
ROOT = "chalicelib"
USE_CASES = frozenset({"api_handler", "run_consumers", "process_inbox", "run_jobs", "reconcile", "manage_tenants"})
"""The Lambda functions that run use cases."""


@dataclass(frozen=True, slots=True)
class Writers:
    """The Lambda functions that may put rows of a table, singly or in batches, update them and delete them."""

    put: frozenset[str] = frozenset()
    batch: frozenset[str] = frozenset()
    update: frozenset[str] = frozenset()
    delete: frozenset[str] = frozenset()


def written_by(*functions: str) -> Writers:
    """Writers that allow the functions to put, update and delete."""
    names = frozenset(functions)
    return Writers(put=names, update=names, delete=names)


BY_USE_CASES = written_by(*USE_CASES)
ADDED_BY_USE_CASES = Writers(put=USE_CASES)
"""For rows that are written once and never changed."""


@dataclass(frozen=True, slots=True, eq=False)
class Module:
    """The declaration of one package or resource.

    name: the package below `chalicelib`, with dots. routes: the submodule with its `routes`. tables: submodules with
    table models. writers: table name without prefix to the functions that may write it; a table without an entry is
    written by no function. consumers: what reacts to events. jobs: submodules whose import registers handlers of jobs.
    events: the submodule with its `Event`s. permissions: permission to the roles that have it; no user has a
    permission without roles. functions: submodules with a `blueprint` of Lambda functions. samples: the submodule with
    its `SAMPLES`. names: the kinds of things whose names answers may include. counts: of what waits for somebody.
    scans: the kinds of things that are found by scanned codes. searches: the kinds of documents that are found by
    search. bulk: the kinds that can be imported and exported. recipients: the other parties that it calls.
    extensions: what packages below call. quotas: the `Allowance`s of a tenant, by submodule and name. public:
    submodules besides service, schemas, errors and events that other packages may import, each with the reason.
    """

    name: str
    routes: str | None = None
    tables: tuple[str, ...] = ()
    writers: Mapping[str, Writers] = field(default_factory=dict)
    consumers: tuple[Consumer, ...] = ()
    jobs: tuple[str, ...] = ()
    events: str | None = None
    permissions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    functions: tuple[str, ...] = ()
    samples: str | None = None
    names: tuple[Nameable, ...] = ()
    counts: tuple[Count, ...] = ()
    scans: tuple[Scannable, ...] = ()
    searches: tuple[Searchable, ...] = ()
    extensions: tuple[Extension, ...] = ()
    quotas: tuple[str, ...] = ()
    bulk: tuple[BulkKind, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    public: Mapping[str, str] = field(default_factory=dict)

    def load(self, *submodules: str | None) -> Iterator[ModuleType]:
        """Imports submodules of the package; ignores None."""
        for submodule in submodules:
            if submodule is not None:
                yield importlib.import_module(f"{ROOT}.{self.name}.{submodule}")

    def member(self, place: str) -> Any:
        """What the package has at `submodule.name`; its type is said by the declaration that names it."""
        submodule, _, name = place.rpartition(".")
        (loaded,) = self.load(submodule)
        return getattr(loaded, name)


_registered: tuple[Module, ...] = ()


def register(names: Iterable[str]) -> tuple[Module, ...]:
    """Registers the MODULE of every named package, in place of the previous ones. TypeError when a MODULE has another
    name."""
    global _registered  # noqa: PLW0603 - the one registry of the process, replaced as a whole
    found = []
    for name in names:
        declared = importlib.import_module(f"{ROOT}.{name}.module").MODULE
        if not isinstance(declared, Module) or declared.name != name:
            raise TypeError(f"{ROOT}.{name}.module does not declare a MODULE named {name}")
        found.append(declared)
    _registered = tuple(found)
    return _registered


def registered() -> tuple[Module, ...]:
    """The declarations of all packages, in the order of chalicelib/modules.py; empty before that is imported."""
    return _registered


def functions() -> list[Blueprint]:
    """The blueprints of the Lambda functions that are not the API, for app.py: only so that `chalice package` sees
    them."""
    return [loaded.blueprint for module in registered() for loaded in module.load(*module.functions)]


def tables() -> list[type[Row]]:
    """The table models of all modules, imported."""
    return [
        model for module in registered() for loaded in module.load(*module.tables) for model in _models(vars(loaded))
    ]


def events() -> dict[str, Event]:
    """The catalogue: the events of all modules by name, imported. TypeError when two have the same name."""
    found: dict[str, Event] = {}
    for module in registered():
        for loaded in module.load(module.events):
            for event in vars(loaded).values():
                if isinstance(event, Event) and found.setdefault(event.name, event) is not event:
                    raise TypeError(f"there are two events named {event.name}")
    return found


def fields(event: Event) -> list[str]:
    """The names of the fields that an entry of the event may name."""
    if event.fields is not None:
        return list(event.fields)
    found = [model for model in tables() if issubclass(model, Document) and model.entity == event.entity]
    return sorted({name for model in found for name in model.content_names()})


def consumers() -> dict[str, tuple[Module, Consumer]]:
    """The consumers of all modules by name, each with its module. TypeError when two have the same name."""
    return _by_name("consumers", ((each.name, module, each) for module in registered() for each in module.consumers))


def nameables() -> dict[str, tuple[Module, Nameable]]:
    """The kinds of things whose names answers may include, each with its module. TypeError when two are the same."""
    return _by_name("kinds of things", ((each.kind, module, each) for module in registered() for each in module.names))


def counts() -> dict[str, tuple[Module, Count]]:
    """The counts of all modules by name, each with its module. TypeError when two have the same name."""
    return _by_name("counts", ((each.name, module, each) for module in registered() for each in module.counts))


def scannables() -> dict[str, tuple[Module, Scannable]]:
    """The kinds of things that are found by scanned codes, each with its module. TypeError when two are the same."""
    return _by_name("kinds", ((each.kind, module, each) for module in registered() for each in module.scans))


def searchables() -> dict[str, tuple[Module, Searchable]]:
    """The kinds of documents that are found by search, each with its module. TypeError when two are the same."""
    return _by_name(
        "kinds of documents", ((each.kind, module, each) for module in registered() for each in module.searches)
    )


def extension(point: str, name: str, function: str) -> Any:
    """The function by which a package extends one below it. KeyError when there is none; its type is said by the
    package that calls it."""
    for module in registered():
        for each in module.extensions:
            if (each.point, each.name) == (point, name):
                return module.member(f"{each.submodule}.{function}")
    raise KeyError(f"nothing extends {point} for {name}")


def extended(point: str) -> set[str]:
    """For whom packages extend one below them."""
    return {each.name for module in registered() for each in module.extensions if each.point == point}


def bulk_kinds() -> dict[str, tuple[Module, BulkKind]]:
    """The kinds that can be imported and exported, by name, each with its module. TypeError when two are the same."""
    return _by_name("kinds of rows", ((each.name, module, each) for module in registered() for each in module.bulk))


def recipients() -> dict[str, tuple[Module, Recipient]]:
    """The parties that modules call, by name, each with its module. TypeError when two have the same name."""
    return _by_name("recipients", ((each.name, module, each) for module in registered() for each in module.recipients))


def _by_name(what: str, declared: Iterable[tuple[str, Module, D]]) -> dict[str, tuple[Module, D]]:
    found: dict[str, tuple[Module, D]] = {}
    for name, module, each in declared:
        if name in found:
            raise TypeError(f"there are two {what} named {name}")
        found[name] = (module, each)
    return found


def allowances() -> list[Allowance]:
    """The quotas of all modules, imported."""
    return [module.member(place) for module in registered() for place in module.quotas]


def consumer_queues() -> list[str]:
    """The names of the queues that wake a consumer."""
    return sorted({consumer.queue for _, consumer in consumers().values()})


def load_jobs() -> None:
    """Imports all handlers of jobs, which registers them, and all tables, so that log lines are redacted by the classes
    of all fields."""
    tables()
    for module in registered():
        list(module.load(*module.jobs))


def writers() -> dict[str, Writers]:
    """Table name without prefix to its writers. TypeError when two modules declare the same table."""
    found: dict[str, Writers] = {}
    for module in registered():
        if not found.keys().isdisjoint(module.writers):
            raise TypeError(f"{module.name} declares writers of a table of another module")
        found.update(module.writers)
    return found


def _models(names: Mapping[str, object]) -> Iterator[type[Row]]:
    own = (value for value in names.values() if getattr(value, "__module__", "") == names["__name__"])
    yield from (value for value in own if isinstance(value, type) and issubclass(value, Row) and hasattr(value, "Meta"))
