"""Connections over HTTP. The client secret goes in and never comes out."""

from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.integrations.connections import lookup, service, vault
from chalicelib.integrations.connections.schemas import (
    Connection,
    ConnectionChange,
    ConnectionQuery,
    NewConnection,
    NewSecret,
)
from chalicelib.kernel import ids
from chalicelib.kernel.errors import TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.lists import Page

routes = Routes(__name__, "Connections")


@routes.post(
    "/v1/integrations/connections",
    permission="connection.write",
    status=201,
    location="/v1/integrations/connections/{id}",
    dangerous=True,
)
def connect_shop(request: Request[NewConnection, NoQuery]) -> Answer[Connection]:
    """Connect a shop.

    Afterwards let the platform deliver its webhooks to `webhook_path`.
    """
    connection_id = ids.new("con")
    if request.is_dry_run:
        return request.commit(service.add, connection_id, request.body)
    return request.stored() or service.connect(
        request.call, connection_id, request.body, lambda: request.commit(service.add, connection_id, request.body)
    )


@routes.get(
    "/v1/integrations/connections",
    permission="connection.read",
)
def list_connections(request: Request[NoBody, ConnectionQuery]) -> Page[Connection]:
    """List connections."""
    return service.page(request.call, request.query)


@routes.get(
    "/v1/integrations/connections/{connection_id}",
    permission="connection.read",
)
def read_connection(request: Request[NoBody, NoQuery], connection_id: str) -> Connection:
    """Read a connection."""
    return service.read(request.call, connection_id)


@routes.patch(
    "/v1/integrations/connections/{connection_id}",
    permission="connection.write",
    dangerous=True,
)
def update_connection(request: Request[ConnectionChange, NoQuery], connection_id: str) -> Answer[Connection]:
    """Change the settings of a connection."""
    return request.commit(service.update, connection_id, request.body)


@routes.post(
    "/v1/integrations/connections/{connection_id}/rotate-secret",
    permission="connection.write",
    change=True,
    dangerous=True,
    errors=[TransitionRefused],
)
def rotate_connection_secret(request: Request[NewSecret, NoQuery], connection_id: str) -> Answer[Connection]:
    """Give a connection a new client secret.

    The one before stays valid for 24 hours, so that no delivery is lost while the platform changes over.
    """
    answer = request.commit(service.rotate, connection_id, request.body)
    return answer if request.is_dry_run else _with_stored_secrets(answer, connection_id, request.body.client_secret)


@routes.post(
    "/v1/integrations/connections/{connection_id}/drop-old-secret",
    permission="connection.write",
    change=True,
    dangerous=True,
    errors=[TransitionRefused],
)
def drop_old_connection_secret(request: Request[NoBody, NoQuery], connection_id: str) -> Answer[Connection]:
    """End the old client secret of a connection now."""
    answer = request.commit(service.drop_old, connection_id)
    return answer if request.is_dry_run else _with_stored_secrets(answer, connection_id)


@routes.post(
    "/v1/integrations/connections/{connection_id}/disconnect",
    permission="connection.write",
    change=True,
    dangerous=True,
    errors=[TransitionRefused],
)
def disconnect_shop(request: Request[NoBody, NoQuery], connection_id: str) -> Answer[Connection]:
    """Disconnect a shop.

    Its secret is deleted and deliveries are refused, everywhere within a minute. What it sent before stays.
    """
    answer = request.commit(service.disconnect, connection_id)
    return answer if request.is_dry_run else _with_stored_secrets(answer, connection_id)


def _with_stored_secrets(
    answer: Answer[Connection], connection_id: str, added: str | None = None
) -> Answer[Connection]:
    """The answer, after the stored secrets have followed the row. A repeated command comes by here too, so it completes
    what a crash in between has left undone."""
    vault.settle(connection_id, added)
    lookup.forget()
    return answer
