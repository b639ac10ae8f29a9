"""The operator's door to tenants: invoked through IAM, by no route (`python -m infra.tenants`)."""

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from chalice.app import Blueprint
from msgspec import Meta

from chalicelib.access.roles import Role
from chalicelib.audit import heads
from chalicelib.functions import manifest, runtime
from chalicelib.identity import admin_api, keycloak
from chalicelib.identity.tenants import service as tenants
from chalicelib.identity.users import service as users
from chalicelib.identity.users.schemas import NewUser, PersonName
from chalicelib.kernel.address import Email, Name
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import AlreadyExists, DomainError
from chalicelib.kernel.tenant import PLATFORM, Tenant
from chalicelib.kernel.use_case import commit

__all__ = ["blueprint", "manage_tenants", "manifest"]

blueprint = Blueprint(__name__)
TenantId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,63}$")]


class Create(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="action", tag="create"):
    """Makes a tenant and invites its first administrator. Said again it goes on where it stopped."""

    name: Name
    alias: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{1,62}$")]
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
    """Does what the event says: {"action": "create" | "step" | "show", ...}. The answer holds `error` for a refusal;
    `unavailable` means that Keycloak did not answer, and the same event may be sent again."""
    with runtime.invocation("manage_tenants", context):
        try:
            wanted = msgspec.convert(event, type=Create | Step | Show)
            return _ACTIONS[type(wanted)](wanted)
        except msgspec.ValidationError as error:
            return {"error": "invalid", "detail": str(error)}
        except DomainError as error:
            return {"error": error.code, "detail": error.detail}
        except admin_api.Refused as error:
            return {"error": "refused_by_keycloak", "detail": f"Keycloak answered {error.status}."}
        except admin_api.Unavailable as error:
            return {"error": "unavailable", "detail": f"Keycloak: {error}. Send the same again."}


def _create(wanted: Create) -> dict[str, Any]:
    """In an order that can stop anywhere: each step finds what the one before has made."""
    identifier = keycloak.create_organization(Call.system(PLATFORM, "operator"), wanted.name, wanted.alias)
    call = Call.system(Tenant(identifier), "operator")
    heads.register(call.tenant)
    made = commit(call, tenants.create, wanted.name, wanted.alias)
    keycloak.ensure_role_groups(call)
    first = NewUser(
        email=wanted.email, given_name=wanted.given_name, family_name=wanted.family_name, roles=[Role.ADMIN]
    )
    try:
        user = commit(call, users.invite, first)
    except AlreadyExists:
        return {"tenant": msgspec.to_builtins(made), "invited": None}
    return {"tenant": msgspec.to_builtins(made), "invited": user.id}


def _step(wanted: Step) -> dict[str, Any]:
    call = Call.system(Tenant(wanted.tenant), "operator")
    return {"tenant": msgspec.to_builtins(commit(call, tenants.step, wanted.step))}


def _show(wanted: Show) -> dict[str, Any]:
    found = [Tenant(wanted.tenant)] if wanted.tenant is not None else heads.tenants()
    shown = [tenants.read(Call.system(tenant, "operator")) for tenant in found]
    return {"tenants": [{"id": each.id, "name": each.name, "status": each.status} for each in shown]}


_ACTIONS: dict[type, Callable[[Any], dict[str, Any]]] = {Create: _create, Step: _step, Show: _show}
