"""Connections over HTTP. The client secret goes in and never comes out."""

from chalicelib.edge.endpoint import Request, Routes
from chalicelib.integrations.connections import lookup, service, vault
from chalicelib.integrations.connections.schemas import (
    Connection,
    ConnectionChange,
    ConnectionQuery,
    NewConnection,
    NewSecret,
)
from chalicelib.kernel.errors import TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.lists import Page

routes = Routes(__name__, "Connections")


@routes.post(
    "/v1/integrations/connections",
    permission="connection.write",
    body=NewConnection,
    returns=Connection,
    status=201,
    location="/v1/integrations/connections/{id}",
    dangerous=True,
)
def connect_shop(request: Request) -> Answer:
    """Connect a shop.

    Afterwards let the platform deliver its webhooks to `webhook_path`.
    """
    return request.stored() or service.connect(request.call, request.body, request.commit)


@routes.get(
    "/v1/integrations/connections", permission="connection.read", query=ConnectionQuery, returns=Page[Connection]
)
def list_connections(request: Request) -> Page[Connection]:
    """List connections."""
    return service.page(request.call, request.query)


@routes.get("/v1/integrations/connections/{connection_id}", permission="connection.read", returns=Connection)
def read_connection(request: Request, connection_id: str) -> Connection:
    """Read a connection."""
    return service.read(request.call, connection_id)


@routes.patch(
    "/v1/integrations/connections/{connection_id}",
    permission="connection.write",
    body=ConnectionChange,
    returns=Connection,
    dangerous=True,
)
def update_connection(request: Request, connection_id: str) -> Answer:
    """Change the settings of a connection."""
    return request.commit(service.update, connection_id, request.body)


@routes.post(
    "/v1/integrations/connections/{connection_id}/rotate-secret",
    permission="connection.write",
    body=NewSecret,
    returns=Connection,
    change=True,
    dangerous=True,
    errors=[TransitionRefused],
)
def rotate_connection_secret(request: Request, connection_id: str) -> Answer:
    """Give a connection a new client secret.

    The one before stays valid for 24 hours, so that no delivery is lost while the platform changes over.
    """
    answer = request.commit(service.rotate, connection_id, request.body)
    return _settled(connection_id, answer, request.body.client_secret)


@routes.post(
    "/v1/integrations/connections/{connection_id}/drop-old-secret",
    permission="connection.write",
    returns=Connection,
    change=True,
    dangerous=True,
    errors=[TransitionRefused],
)
def drop_old_connection_secret(request: Request, connection_id: str) -> Answer:
    """End the old client secret of a connection now."""
    return _settled(connection_id, request.commit(service.drop_old, connection_id))


@routes.post(
    "/v1/integrations/connections/{connection_id}/disconnect",
    permission="connection.write",
    returns=Connection,
    change=True,
    dangerous=True,
    errors=[TransitionRefused],
)
def disconnect_shop(request: Request, connection_id: str) -> Answer:
    """Disconnect a shop.

    Its secret is deleted and deliveries are refused, everywhere within a minute. What it sent before stays.
    """
    return _settled(connection_id, request.commit(service.disconnect, connection_id))


def _settled(connection_id: str, answer: Answer, added: str | None = None) -> Answer:
    """The secrets follow the row; a repeated command comes by here too, so a crash in between is mended by it."""
    vault.settle(connection_id, added)
    lookup.forget()
    return answer
