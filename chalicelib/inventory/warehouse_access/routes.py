"""Limits of users to warehouses over HTTP."""

from chalicelib.edge.endpoint import NoQuery, Request, Routes
from chalicelib.identity.users.schemas import User, UserId
from chalicelib.inventory.warehouse_access import service
from chalicelib.inventory.warehouse_access.schemas import WarehouseAccess
from chalicelib.kernel.errors import Conflict, TransitionRefused
from chalicelib.kernel.idempotency import Answer

routes = Routes(__name__, "Users")


@routes.post(
    "/v1/users/{user_id}/limit-to-warehouses",
    permission="user.write",
    change=True,
    dangerous=True,
    errors=[TransitionRefused, Conflict],
)
def limit_user(request: Request[WarehouseAccess, NoQuery], user_id: UserId) -> Answer[User]:
    """Limit a user to warehouses.

    The user then does not see documents of other warehouses, and operations that cannot be limited to warehouses (the
    change feed, the audit trail, reports) are refused. Null removes the limit. Tokens issued before are refused, so the
    frontend must refresh them.
    """
    return request.commit(service.limit, user_id, request.body.warehouses)
