"""The operator's door to tenants: invoked through IAM, by no route (`python -m infra.tenants`)."""

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from chalice.app import Blueprint
from msgspec import Meta

from chalicelib import modules
from chalicelib.access.roles import Role
from chalicelib.events import heads
from chalicelib.functions import runtime
from chalicelib.identity import admin_api, keycloak
from chalicelib.identity.tenants import service as tenants
from chalicelib.identity.users import service as users
from chalicelib.identity.users.schemas import NewUser, PersonName, UserQuery
from chalicelib.kernel.address import Email, Name
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import AlreadyExists, DomainError, NotFound
from chalicelib.kernel.tenant import PLATFORM, Tenant
from chalicelib.kernel.use_case import commit

modules.load_reactions()
blueprint = Blueprint(__name__)
TenantId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,63}$")]


class Create(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="action", tag="create"):
    """Makes a tenant and invites its first administrator. Said again it goes on where it stopped."""

    name: Name
    alias: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{1,62}$")]
    email: Email
    given_name: PersonName | None = None
    family_name: PersonName | None = None


class Invite(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="action", tag="invite"):
    """Invites another administrator, for a tenant that has lost its own."""

    tenant: TenantId
    email: Email
    given_name: PersonName | None = None
    family_name: PersonName | None = None


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="action", tag="step"):
    """`suspend`, `resume` or `close`."""

    tenant: TenantId
    step: str


class Show(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="action", tag="show"):
    """One tenant, or all by id."""

    tenant: TenantId | None = None


@blueprint.lambda_function()
def manage_tenants(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Does what the event says: {"action": "create" | "invite" | "step" | "show", ...}. The answer holds `error` for a
    refusal; `unavailable` means that Keycloak did not answer, and the same event may be sent again."""
    with runtime.invocation("manage_tenants", context):
        try:
            requested = msgspec.convert(event, type=Create | Invite | Step | Show)
            return _ACTIONS[type(requested)](requested)
        except msgspec.ValidationError as error:
            return {"error": "invalid", "detail": str(error)}
        except DomainError as error:
            return {"error": error.code, "detail": error.detail}
        except admin_api.Refused as error:
            return {"error": "refused_by_keycloak", "detail": f"Keycloak answered {error.status}."}
        except admin_api.Unavailable as error:
            return {"error": "unavailable", "detail": f"Keycloak: {error}. Send the same again."}


def _create(command: Create) -> dict[str, Any]:
    """In an order that can stop anywhere: each step finds what the one before has made. Once the tenant has a user, it
    is made, and the command is for somebody else's."""
    identifier = keycloak.create_organization(Call.system(PLATFORM, "operator"), command.name, command.alias)
    call = Call.system(Tenant(identifier), "operator")
    if not users.page(call, UserQuery(email=command.email)).data and users.page(call, UserQuery(limit=1)).data:
        raise AlreadyExists(f"There is a tenant with this alias: {identifier}. Invite into it by its id.")
    heads.register(call.tenant)
    made = commit(call, tenants.create, command.name, command.alias)
    keycloak.ensure_role_groups(call)
    try:
        user = commit(call, users.invite, _administrator(command))
    except AlreadyExists:
        return {"tenant": msgspec.to_builtins(made), "invited": None}
    return {"tenant": msgspec.to_builtins(made), "invited": user.id}


def _invite(command: Invite) -> dict[str, Any]:
    call = _known(command.tenant)
    user = commit(call, users.invite, _administrator(command))
    return {"tenant": msgspec.to_builtins(tenants.read(call)), "invited": user.id}


def _administrator(command: Create | Invite) -> NewUser:
    names = {"given_name": command.given_name, "family_name": command.family_name}
    return NewUser(email=command.email, roles=[Role.ADMIN], **names)


def _step(command: Step) -> dict[str, Any]:
    return {"tenant": msgspec.to_builtins(commit(_known(command.tenant), tenants.step, command.step))}


def _known(tenant: str) -> Call:
    """A call for a tenant that there is. NotFound, so that a slip of the hand makes none."""
    if not heads.is_known(Tenant(tenant)):
        raise NotFound("There is no tenant with this id.")
    return Call.system(Tenant(tenant), "operator")


def _show(command: Show) -> dict[str, Any]:
    found = [_known(command.tenant).tenant] if command.tenant is not None else heads.tenants()
    shown = [tenants.read(Call.system(tenant, "operator")) for tenant in found]
    return {"tenants": [{"id": each.id, "name": each.name, "status": each.status} for each in shown]}


_ACTIONS: dict[type, Callable[[Any], dict[str, Any]]] = {
    Create: _create,
    Invite: _invite,
    Step: _step,
    Show: _show,
}
