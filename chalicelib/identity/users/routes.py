"""Users over HTTP: who works in the tenant, and as what."""

from chalicelib.access import permissions
from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.identity.users import first_login, service
from chalicelib.identity.users.schemas import Me, NewUser, User, UserChange, UserId, UserQuery
from chalicelib.kernel.errors import AlreadyExists, Conflict, TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.pages import Page
from chalicelib.kernel.quotas import QuotaReached

routes = Routes(__name__, "Users", "The caller, and the people who work in the tenant with their roles.")


@routes.get(
    "/v1/me",
    permission=permissions.SELF,
    scope=Scope.ANY,
    before_acceptance=True,
)
def read_me(request: Request[NoBody, NoQuery]) -> Me:
    """Read who you are and what you may do.

    `user` is null until your first login has been recorded.
    """
    return first_login.read(request.call)


@routes.post(
    "/v1/me/login",
    permission=permissions.SELF,
    scope=Scope.ANY,
    before_acceptance=True,
)
def log_in(request: Request[NoBody, NoQuery]) -> Answer[Me]:
    """Record that you have logged in.

    Call this first after every login. The first time it creates your record, or accepts the invitation; later it brings
    your name and address up to date from Keycloak. While Keycloak does not answer, the record stays as it is.
    """
    recorded = request.stored() or first_login.log_in(
        request.call, lambda person, roles: request.commit(first_login.logged_in, person, roles)
    )
    return recorded or request.answer(first_login.read(request.call))


@routes.get(
    "/v1/users",
    permission="user.read",
)
def list_users(request: Request[NoBody, UserQuery]) -> Page[User]:
    """List users, newest first.

    All users, also removed ones, or those with a status, an e-mail address or a subject.
    """
    return service.page(request.call, request.query)


@routes.get(
    "/v1/users/{user_id}",
    permission="user.read",
)
def read_user(request: Request[NoBody, NoQuery], user_id: UserId) -> User:
    """Read a user.

    Also when the user has been removed.
    """
    return service.read(request.call, user_id)


@routes.post(
    "/v1/users",
    permission="user.write",
    status=201,
    location="/v1/users/{id}",
    dangerous=True,
    asynchronous=True,
    errors=[QuotaReached, AlreadyExists],
)
def invite_user(request: Request[NewUser, NoQuery]) -> Answer[User]:
    """Invite a person by e-mail.

    The response is the same whether the address has an account or not. If the person must see some warehouses only, set
    that before the invitation is accepted.
    """
    return request.commit(service.invite, request.body)


@routes.patch(
    "/v1/users/{user_id}",
    permission="user.write",
    dangerous=True,
    asynchronous=True,
    errors=[TransitionRefused, Conflict],
)
def update_user(request: Request[UserChange, NoQuery], user_id: UserId) -> Answer[User]:
    """Change a user's roles or name.

    Tokens that were made before are refused: the frontend refreshes them and gets the new roles.
    """
    return request.commit(service.update, user_id, request.body)


@routes.post(
    "/v1/users/{user_id}/invite-again",
    permission="user.write",
    change=True,
    dangerous=True,
    asynchronous=True,
    errors=[TransitionRefused, QuotaReached],
)
def invite_user_again(request: Request[NoBody, NoQuery], user_id: UserId) -> Answer[User]:
    """Send an invitation again.

    Ten minutes after the last mail at the earliest.
    """
    return request.commit(service.invite_again, user_id)


@routes.post(
    "/v1/users/{user_id}/disable",
    permission="user.write",
    change=True,
    dangerous=True,
    asynchronous=True,
    errors=[TransitionRefused, Conflict],
)
def disable_user(request: Request[NoBody, NoQuery], user_id: UserId) -> Answer[User]:
    """Shut a user out of this tenant.

    It counts at once for dangerous operations and within 30 seconds for others, also while Keycloak is down. The
    account itself is disabled unless another tenant has it too.
    """
    return request.commit(service.disable, user_id)


@routes.post(
    "/v1/users/{user_id}/enable",
    permission="user.write",
    change=True,
    dangerous=True,
    asynchronous=True,
    errors=[TransitionRefused],
)
def enable_user(request: Request[NoBody, NoQuery], user_id: UserId) -> Answer[User]:
    """Let a disabled user in again.

    The account in Keycloak follows within seconds.
    """
    return request.commit(service.enable, user_id)


@routes.post(
    "/v1/users/{user_id}/remove",
    permission="user.write",
    change=True,
    dangerous=True,
    asynchronous=True,
    errors=[TransitionRefused, Conflict],
)
def remove_user(request: Request[NoBody, NoQuery], user_id: UserId) -> Answer[User]:
    """End a user's membership, or an invitation.

    The account is deleted unless another tenant has it too. The name is kept for the audit trail, the address is not.
    """
    return request.commit(service.remove, user_id)
