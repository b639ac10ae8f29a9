"""How much is tried: counted from the corpora, the routes and the specification, for docs/security.md."""

from collections.abc import Iterator

from chalicelib import modules
from chalicelib.access import permissions
from chalicelib.access.roles import Role
from infra import lockfile
from infra.gateway_responses import GATEWAY_RESPONSES
from tests.access import forge
from tests.contract.operations import operations
from tests.security import corpora, test_resources, test_server_owned


def figures() -> Iterator[tuple[str, str]]:
    """What is counted, and the count."""
    routes = operations()
    protected = [each for each in routes if not each.endpoint.is_public]
    bodies = [each for each in routes if each.body_schema is not None]
    kinds = len({forge.kind_of(name) for name in forge.CASES})
    yield "Forged tokens and headers on the authorizer", str(len(forge.CASES) + len(forge.HEADERS))
    yield "Kinds of forgery on every protected route", f"{kinds} x {len(protected)} = {kinds * len(protected)}"
    yield (
        "Routes: protected, public, dangerous",
        ", ".join(
            str(count)
            for count in (len(protected), len(routes) - len(protected), sum(each.endpoint.dangerous for each in routes))
        ),
    )
    yield "Roles x routes, each asked", f"{len(Role)} x {len(protected)} = {len(Role) * len(protected)}"
    yield "Permissions", str(len(permissions.declared()))
    named = sum(len(test_server_owned.foreign_names(each, routes)) for each in bodies)
    own = sum(1 for each in bodies for _ in test_server_owned.own_fields(each))
    yield "Fields of an operation's own answer, each injected into its body", f"over {own // 50 * 50}"
    yield "Names of any answer or table, injected into every object of every body", f"over {named // 1000 * 1000:,}"
    yield "Hostile texts, paths, bytes and escapes", str(corpora.size())
    yield "Monstrous numbers and shapes", str(len(test_resources.NUMBERS) + len(test_resources.SHAPES))
    yield "Answers that the gateway gives by itself", str(len(GATEWAY_RESPONSES))
    yield "Tables whose rows are held against their tenant", str(len(modules.tables()))
    yield "Packages that run in Lambda, each with its hashes", str(len(lockfile.runtime()))
