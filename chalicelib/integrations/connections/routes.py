"""Connections over HTTP. The client secret goes in and never comes out."""

from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.integrations.connections import lookup, ownership, service, vault
from chalicelib.integrations.connections.errors import NotProven
from chalicelib.integrations.connections.rules import NOT_ASKED, Verdict
from chalicelib.integrations.connections.schemas import (
    Connection,
    ConnectionChange,
    ConnectionId,
    ConnectionQuery,
    NewClientSecret,
    NewConnection,
)
from chalicelib.kernel import ids
from chalicelib.kernel.errors import AlreadyExists, Conflict, TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.pages import Page
from chalicelib.kernel.quotas import QuotaReached

routes = Routes(__name__, "Connections", "Shops of other platforms whose orders are taken over.")


@routes.post(
    "/v1/integrations/connections",
    permission="connection.write",
    status=201,
    location="/v1/integrations/connections/{id}",
    dangerous=True,
    errors=[AlreadyExists, QuotaReached],
)
def connect_shop(request: Request[NewConnection, NoQuery]) -> Answer[Connection]:
    """Connect a shop.

    The platform is asked at once whether the shop is yours, with the client id and secret of an app that is installed
    there. If it confirms that, the connection is `connected`: let the platform deliver its webhooks to `webhook_path`.
    Otherwise it is `pending` for 7 days, and `pending_reason` says why; do what `pending_advice` says, then verify it.
    A shop that another connection has is refused only when it is proven to be yours.
    """
    connection_id = ids.new("con")

    def add(verdict: Verdict) -> Answer[Connection]:
        return request.commit(service.add, connection_id, request.body, verdict)

    if request.is_dry_run:
        return add(NOT_ASKED)
    return request.stored() or ownership.connect(request.call, connection_id, request.body, add)


@routes.get(
    "/v1/integrations/connections",
    permission="connection.read",
)
def list_connections(request: Request[NoBody, ConnectionQuery]) -> Page[Connection]:
    """List connections, newest first.

    Also those that are disconnected; `status` narrows the list.
    """
    return service.page(request.call, request.query)


@routes.get(
    "/v1/integrations/connections/{connection_id}",
    permission="connection.read",
)
def read_connection(request: Request[NoBody, NoQuery], connection_id: ConnectionId) -> Connection:
    """Read a connection.

    Without its client secret, which is never shown.
    """
    return service.read(request.call, connection_id)


@routes.post(
    "/v1/integrations/connections/{connection_id}/verify",
    permission="connection.write",
    change=True,
    dangerous=True,
    errors=[TransitionRefused, AlreadyExists, QuotaReached],
)
def verify_connection(request: Request[NoBody, NoQuery], connection_id: ConnectionId) -> Answer[Connection]:
    """Ask the platform again whether the shop of a pending connection is yours.

    Deliveries are taken everywhere within a minute after it is connected.
    """

    def settle(verdict: Verdict) -> Answer[Connection]:
        return request.commit(service.verify, connection_id, verdict)

    if request.is_dry_run:
        return settle(NOT_ASKED)
    return request.stored() or ownership.verify(request.call, connection_id, settle)


@routes.patch(
    "/v1/integrations/connections/{connection_id}",
    permission="connection.write",
    dangerous=True,
)
def update_connection(request: Request[ConnectionChange, NoQuery], connection_id: ConnectionId) -> Answer[Connection]:
    """Change the settings of a connection.

    They count for orders that arrive afterwards.
    """
    return request.commit(service.update, connection_id, request.body)


@routes.post(
    "/v1/integrations/connections/{connection_id}/rotate-secret",
    permission="connection.write",
    change=True,
    dangerous=True,
    errors=[TransitionRefused, AlreadyExists, NotProven, QuotaReached],
)
def rotate_connection_secret(
    request: Request[NewClientSecret, NoQuery], connection_id: ConnectionId
) -> Answer[Connection]:
    """Give a connection a new client secret.

    The platform must know it already. The one before stays valid for 24 hours, so that no delivery is lost while the
    platform changes over.
    """

    def take() -> Answer[Connection]:
        return request.commit(service.rotate, connection_id, request.body)

    if request.is_dry_run:
        return take()
    answer = request.stored() or ownership.rotate(request.call, connection_id, request.body, take)
    return _with_stored_secrets(answer, connection_id, request.body.client_secret)


@routes.post(
    "/v1/integrations/connections/{connection_id}/drop-old-secret",
    permission="connection.write",
    change=True,
    dangerous=True,
    errors=[TransitionRefused, Conflict],
)
def drop_old_connection_secret(request: Request[NoBody, NoQuery], connection_id: ConnectionId) -> Answer[Connection]:
    """End the old client secret of a connection.

    Deliveries that are signed with it are refused from now on. Refused when there is no old secret.
    """
    answer = request.commit(service.drop_old, connection_id)
    return answer if request.is_dry_run else _with_stored_secrets(answer, connection_id)


@routes.post(
    "/v1/integrations/connections/{connection_id}/disconnect",
    permission="connection.write",
    change=True,
    dangerous=True,
    errors=[TransitionRefused],
)
def disconnect_shop(request: Request[NoBody, NoQuery], connection_id: ConnectionId) -> Answer[Connection]:
    """Disconnect a shop.

    Its secrets are deleted and its deliveries are refused, within a minute. Orders that it sent before stay. To connect
    the shop again, create a new connection.
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
