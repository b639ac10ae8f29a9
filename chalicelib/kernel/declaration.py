"""The declaration of a package, and the registry of all packages.

A `MODULE` names its submodules instead of importing them, so that loading it is cheap. The application, the table
templates, the policies of the functions, the permissions, retention, redaction, the OpenAPI document, the generated
pages and the contract tests all iterate over the registered modules.
"""

import importlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import ModuleType

from chalice.app import Blueprint

from chalicelib.kernel import config
from chalicelib.kernel.dynamo.model import Row

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
    written by no function. consumers / jobs: submodules whose import registers consumers of events and handlers of
    jobs. events: the submodule with its `Event`s. permissions: permission to the roles that have it; no user has a
    permission without roles. functions: submodules with a `blueprint` of Lambda functions. samples: the submodule with
    its `SAMPLES`. public: submodules besides service, schemas, errors and events that other packages may import, each
    with the reason.
    """

    name: str
    routes: str | None = None
    tables: tuple[str, ...] = ()
    writers: Mapping[str, Writers] = field(default_factory=dict)
    consumers: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    events: str | None = None
    permissions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    functions: tuple[str, ...] = ()
    samples: str | None = None
    public: Mapping[str, str] = field(default_factory=dict)

    def load(self, *submodules: str | None) -> Iterator[ModuleType]:
        """Imports submodules of the package; ignores None."""
        for submodule in submodules:
            if submodule is not None:
                yield importlib.import_module(f"{ROOT}.{self.name}.{submodule}")


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


def blueprints() -> list[Blueprint]:
    """All blueprints, for app.py: routes first, then Lambda functions. These are there only so that `chalice package`
    sees them; the deployed API does not load them."""
    routes = [loaded.routes for module in registered() for loaded in module.load(module.routes)]
    if config.is_in_lambda():
        return routes
    functions = [loaded.blueprint for module in registered() for loaded in module.load(*module.functions)]
    return [*routes, *functions]


def tables() -> list[type[Row]]:
    """The table models of all modules, imported."""
    return [
        model for module in registered() for loaded in module.load(*module.tables) for model in _models(vars(loaded))
    ]


def load_reactions() -> None:
    """Imports all consumers of events and handlers of jobs, which registers them, and all tables, so that log lines
    are redacted by the classes of all fields."""
    tables()
    for module in registered():
        list(module.load(*module.consumers, *module.jobs))


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
