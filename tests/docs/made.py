"""The parts of docs/ that are made from the code. `python -m tests.docs.made` writes them anew."""

import importlib
import importlib.util
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bench import budgets, page
from chalicelib.events import consumers
from chalicelib.kernel import declaration
from chalicelib.kernel.errors import DomainError
from chalicelib.kernel.state_machine import StateMachine
from infra.gateway_responses import GATEWAY_RESPONSES

Block = tuple[str, str]


def use_cases() -> str:
    return budgets.table()


def errors() -> str:
    """Every refusal by status and code: the product's classes, and what only the gateway says."""
    import app
    from chalicelib import modules

    assert app.app
    modules.load_jobs()  # everything that can refuse is imported
    for name in declaration.consumers():
        consumers.handler(name)
    found = {
        (kind.status, kind.code): (kind.title, ", ".join(f"`{name}`" for name in kind.extra))
        for kind in _below(DomainError)
    }
    told = {(answer.status, answer.code): (answer.title.rstrip("."), "") for answer in GATEWAY_RESPONSES.values()}
    rows = sorted({**told, **found}.items())
    shown = ((str(status), f"`{code}`", *texts) for (status, code), texts in rows)
    return _table(("Status", "Code", "Meaning", "Members of its own"), shown)


def machines() -> dict[str, StateMachine[Any, Any]]:
    """Every state machine of the product by what it is of, from the `states.py` of the packages."""
    from chalicelib.kernel.declaration import registered
    from chalicelib.kernel.lifecycle import LIFECYCLE

    found: dict[str, StateMachine[Any, Any]] = {"Price list": LIFECYCLE}
    for module in registered():
        name = f"chalicelib.{module.name}.states"
        if importlib.util.find_spec(name) is not None:
            for variable, value in vars(importlib.import_module(name)).items():
                if isinstance(value, StateMachine) and value is not LIFECYCLE:
                    found[variable.replace("_", " ").capitalize()] = value
    return found


def states() -> str:
    """The life of every document that has states, as diagrams."""
    drawn = [f"**{name}**\n\n```mermaid\n{machine.diagram()}\n```" for name, machine in machines().items()]
    return "\n\n".join([*drawn, _derived()])


def _derived() -> str:
    """The states of an order that follow from the quantities of its lines."""
    from chalicelib.sales.orders.status_schemas import BillingStatus, FulfilmentStatus

    kinds = {"fulfilment": FulfilmentStatus, "billing": BillingStatus}
    rows = ((f"`{name}`", ", ".join(f"`{state}`" for state in kind)) for name, kind in kinds.items())
    return _table(("Of a sales order, from its quantities", "States"), rows)


def catalogue() -> str:
    """Every event of the product."""
    rows = (
        (
            f"`{event.name}`",
            event.meaning,
            f"`{event.entity}`",
            ", ".join(f"`{name}`" for name in declaration.fields(event)),
            "x" if event.starts_job else "",
        )
        for _, event in sorted(declaration.events().items())
    )
    return _table(("Event", "Meaning", "Entity", "Fields", "May start a job"), rows)


def changelog() -> str:
    """Every incompatible change and every deprecation of the API."""
    from chalicelib.edge.changelog import service

    rows = (
        (
            str(entry.since),
            entry.version or "",
            entry.summary,
            entry.instead,
            ", ".join(f"`{name}`" for name in entry.operations),
            str(entry.sunset or ""),
        )
        for entry in service.current().data
    )
    return _table(("Since", "Version", "What", "What to do", "Operations", "Former way ends"), rows)


def versions() -> str:
    """Every supported version of the API."""
    from chalicelib.edge.versions import history

    rows = ((f"`{version.name}`", str(version.sunset or "")) for version in reversed(history.VERSIONS))
    return _table(("Version", "Ends"), rows)


def permissions() -> str:
    """Who may do what: roles as columns."""
    from chalicelib.access import permissions
    from chalicelib.access.roles import Role

    rows = (
        (f"`{name}`", *("x" if role in allowed else "" for role in Role))
        for name, allowed in sorted(permissions.declared().items())
    )
    return _table(("Permission", *(f"`{role}`" for role in Role)), rows)


def permitted_routes() -> str:
    """What each permission opens."""
    import app
    from chalicelib.access import permissions
    from chalicelib.access.permissions import PUBLIC, SELF

    routes: dict[str, list[str]] = {name: [] for name in (*sorted(permissions.declared()), SELF, PUBLIC)}
    for endpoint in app.app.endpoints():
        mark = "*" if endpoint.dangerous else ""
        routes[endpoint.permission].append(f"`{endpoint.method} {endpoint.path}`{mark}")
    return _table(("Permission", "Routes"), ((f"`{name}`", "<br>".join(opened)) for name, opened in routes.items()))


def extra_permissions() -> str:
    """What some bodies need besides their route's permission."""
    import app

    rows = (
        (f"`{endpoint.method} {endpoint.path}`", extra.meaning, f"`{extra.permission}`")
        for endpoint in app.app.endpoints()
        for extra in endpoint.extra_permissions
    )
    return _table(("Route", "When", "Needs besides"), rows)


def hidden_fields() -> str:
    """Fields of answers that are null for callers who do not hold a permission."""
    import app

    rows = (
        (f"`{endpoint.method} {endpoint.path}`", ", ".join(f"`{field}`" for field in fields), f"`{permission}`")
        for endpoint in app.app.endpoints()
        for permission, fields in endpoint.hidden_without.items()
    )
    return _table(("Route", "Fields", "Null without"), rows)


def tables() -> str:
    """Every table with its docstring, which names access patterns and ceilings."""
    from chalicelib import modules

    def rows() -> Iterator[tuple[str, ...]]:
        for model in sorted(modules.tables(), key=lambda model: model.table_name()):
            name = model.table_name().rpartition("-")[2]
            text = " ".join((model.__doc__ or "").split())
            rules = model.retention_rules()
            kept = ", ".join(f"{rule.rule} {rule.days} days{' by TTL' * rule.by_ttl}" for rule in rules)
            yield f"`{name}`", ", ".join(index.Meta.index_name for index in model.indexes()), text, kept

    return _table(("Table", "Indexes", "Access patterns and ceilings", "Kept"), rows())


def privacy_states() -> str:
    """The life of a privacy request."""
    from chalicelib.privacy.requests.states import PRIVACY_REQUEST

    return f"```mermaid\n{PRIVACY_REQUEST.diagram()}\n```"


def privacy_clocks() -> str:
    """The times of each law."""
    from chalicelib.privacy.requests.clocks import TERMS

    rows = (
        (f"`{law}`", str(term.answer), str(term.extended or "never"), str(term.acknowledge or ""), term.source)
        for law, term in TERMS.items()
    )
    return _table(("Law", "Answer within", "If extended", "Receipt confirmed within", "Source"), rows)


def attacks() -> str:
    """How much an attacker tries in the tests."""
    from tests.security.figures import figures

    return _table(("What is tried", "How much"), figures())


BLOCKS: dict[Block, Callable[[], str]] = {
    ("performance.md", "use cases"): use_cases,
    ("api.md", "errors"): errors,
    ("api.md", "states"): states,
    ("api.md", "events"): catalogue,
    ("api.md", "versions"): versions,
    ("api.md", "changelog"): changelog,
    ("architecture.md", "tables"): tables,
    ("permissions.md", "permissions"): permissions,
    ("permissions.md", "routes"): permitted_routes,
    ("permissions.md", "extra permissions"): extra_permissions,
    ("permissions.md", "hidden fields"): hidden_fields,
    ("privacy-requests.md", "clocks"): privacy_clocks,
    ("privacy-requests.md", "states"): privacy_states,
    ("security.md", "figures"): attacks,
}


def _below(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for child in kind.__subclasses__():
        if child.__module__.startswith("chalicelib."):
            yield child
        yield from _below(child)


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, ("---",) * len(heads), *rows))


if __name__ == "__main__":
    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-1")
    for (name, block), make in BLOCKS.items():
        page.write(name, block, make())
