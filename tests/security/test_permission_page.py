"""The permission page is what happens: every route is asked as every role, through the door."""

import pytest

from chalicelib.access import permissions
from chalicelib.access.roles import Role
from tests.contract.asking import current_etag
from tests.contract.operations import Operation
from tests.contract.sample_tenant import SampleTenant
from tests.security import permission_page
from tests.security.permission_page import PermissionPage
from tests.world import Client, Reply


@pytest.fixture(scope="module")
def page() -> PermissionPage:
    return permission_page.read()


def of(routes: list[Operation], route: permission_page.Route) -> Operation:
    """The operation of a route that the page names."""
    return next(each for each in routes if (each.method, each.endpoint.path) == route)


def send(operation: Operation, ours: SampleTenant, client: Client) -> Reply:
    """The operation's sample as a dry run, so that every role meets the same things."""
    body = ours.body(operation.name) if operation.body_schema is not None else None
    path = operation.path(ours.ids)
    if operation.endpoint.may_be_dry_run:
        path += "?dry_run=true"
    return client.call(operation.method, path, body, operation.headers("k"))


def test_the_page_names_every_route_and_every_role(page: PermissionPage, routes: list[Operation]) -> None:
    assert set(page.permission) == {(each.method, each.endpoint.path) for each in routes}
    assert set().union(*page.roles.values()) == {str(role) for role in Role}


@pytest.mark.parametrize("role", [str(role) for role in Role])
def test_each_role_may_do_exactly_what_the_page_says(
    ours: SampleTenant, routes: list[Operation], page: PermissionPage, role: str
) -> None:
    client = Client(ours.client.world, ours.client.tenant, (role,))
    for operation in routes:
        if not operation.endpoint.is_public:
            # Nothing is changed: without its headers a command is refused after the permission was judged.
            reply = client.call(operation.method, operation.path(ours.ids) + "?surprise=1")
            is_allowed = page.opens(role, (operation.method, operation.endpoint.path))
            assert (reply.status != 403) is is_allowed, (operation.name, role, reply.status)
            assert reply.status in (400, 428) if is_allowed else reply.json["code"] == "forbidden"


def test_a_body_that_wants_more_needs_the_permission_that_the_page_names(
    ours: SampleTenant, routes: list[Operation], page: PermissionPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert page.extra
    for route, extra in page.extra:
        operation = of(routes, route)
        assert send(operation, ours, ours.client).status != 403, operation.name
        (declared,) = (each for each in operation.endpoint.extra_permissions if each.permission == extra)
        without = {name: roles if name != extra else frozenset() for name, roles in permissions.declared().items()}
        with monkeypatch.context() as patch:
            patch.setattr(permissions, "declared", lambda without=without: without)
            send(operation, ours, ours.client).refused(403, "forbidden")
        assert declared.meaning


def test_fields_are_null_for_exactly_the_roles_that_the_page_says(
    ours: SampleTenant, routes: list[Operation], page: PermissionPage
) -> None:
    seen = set()
    for name in ("hold_sales_order", "deliver_shipment"):  # there is a note, and who took the goods
        ours.ask(
            name, etag=current_etag(next(each for each in routes if each.name == name), ours.client, ours.ids)
        ).ok()
    ours.ids["shipment_id"] = ours.ids["shipped_id"]
    for route, fields, permission in page.hidden:
        operation = of(routes, route)
        for role in page.roles[page.permission[route]]:
            client = Client(ours.client.world, ours.client.tenant, (role,))
            reply = send(operation, ours, client)
            if reply.status < 300:
                for shown in reply.json.get("data", [reply.json]):
                    for field in fields:
                        name, _, rest = field.partition("/")
                        values = [entry[rest] for entry in shown[name]] if rest else [shown[name]]
                        if role not in page.roles[permission]:
                            assert not any(values), (operation.name, role, field)
                        elif any(values):
                            seen.add((route, field))
    reads = {(route, field) for route, fields, _ in page.hidden for field in fields if route[0] == "GET"}
    assert reads <= seen
