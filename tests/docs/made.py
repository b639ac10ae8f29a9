"""The parts of docs/ that are made from the code. `python -m tests.docs.made` writes them anew."""

import os
from collections.abc import Callable, Iterable, Iterator

from bench import budgets, page
from chalicelib.kernel.errors import DomainError
from infra.gateway_responses import GATEWAY_RESPONSES

Block = tuple[str, str]


def use_cases() -> str:
    return budgets.table()


def errors() -> str:
    """Every refusal by status and code: the product's classes, and what only the gateway says."""
    from chalicelib.functions import manifest

    assert manifest.modules.tables()  # everything that can refuse is imported
    import app

    assert app.app
    found = {
        (kind.status, kind.code): (kind.title, ", ".join(f"`{name}`" for name in kind.extra))
        for kind in _below(DomainError)
    }
    told = {(answer.status, answer.code): (answer.title.rstrip("."), "") for answer in GATEWAY_RESPONSES.values()}
    rows = sorted({**told, **found}.items())
    shown = ((str(status), f"`{code}`", *texts) for (status, code), texts in rows)
    return _table(("Status", "Code", "Meaning", "Members of its own"), shown)


def states() -> str:
    """The states of every document that has some."""
    from chalicelib.fulfilment.shipments import schemas as shipments
    from chalicelib.integrations.connections import schemas as connections
    from chalicelib.integrations.inbox import schemas as inbox
    from chalicelib.jobs import schemas as jobs
    from chalicelib.kernel import lifecycle
    from chalicelib.sales.orders import schemas as orders

    kinds = {
        "Item, customer, location: `status`": lifecycle.Status,
        "Sales order: `status`": orders.Status,
        "Sales order: `fulfilment`, from its quantities": orders.Fulfilment,
        "Sales order: `billing`, from its quantities": orders.Billing,
        "Shipment: `status`": shipments.Status,
        "Job: `state`": jobs.State,
        "Connection: `status`": connections.Status,
        "Delivery: `state`": inbox.State,
    }
    rows = ((name, ", ".join(f"`{state}`" for state in kind)) for name, kind in kinds.items())
    return _table(("Document", "States"), rows)


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


def tables() -> str:
    """Every table with its docstring, which names access patterns and ceilings."""
    from chalicelib import modules

    def rows() -> Iterator[tuple[str, ...]]:
        for model in sorted(modules.tables(), key=lambda model: model.table_name()):
            name = model.table_name().rpartition("-")[2]
            text = " ".join((model.__doc__ or "").split())
            kept = ", ".join(f"{rule.rule} {rule.days} days" for rule in model.retention_rules())
            yield f"`{name}`", ", ".join(index.Meta.index_name for index in model.indexes()), text, kept

    return _table(("Table", "Indexes", "Access patterns and ceilings", "Kept"), rows())


def attacks() -> str:
    """How much an attacker tries in the tests."""
    from tests.security.figures import figures

    return _table(("What is tried", "How much"), figures())


BLOCKS: dict[Block, Callable[[], str]] = {
    ("performance.md", "use cases"): use_cases,
    ("api.md", "errors"): errors,
    ("api.md", "states"): states,
    ("architecture.md", "tables"): tables,
    ("permissions.md", "permissions"): permissions,
    ("permissions.md", "routes"): permitted_routes,
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
