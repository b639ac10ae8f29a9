"""The operator's function for tenants: invoked through IAM, by no route (`python -m infra.tenants`)."""

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from chalice.app import Blueprint

from chalicelib.access import sandbox
from chalicelib.access.roles import Role
from chalicelib.edge import text_forms
from chalicelib.events import heads
from chalicelib.functions import runtime
from chalicelib.identity import admin_api, keycloak, organization_roles
from chalicelib.identity.tenants import schemas
from chalicelib.identity.tenants import service as tenants
from chalicelib.identity.users import service as users
from chalicelib.identity.users.schemas import NewUser, PersonName, UserQuery
from chalicelib.kernel import clock
from chalicelib.kernel.address import Email, Name
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo.attributes import encode_hook
from chalicelib.kernel.errors import AlreadyExists, DomainError, NotFound
from chalicelib.kernel.tenant import PLATFORM, Tenant
from chalicelib.kernel.texts import formatted
from chalicelib.kernel.use_case import commit
from chalicelib.search.index import checking
from chalicelib.search.index.schemas import NewSearchCheck

runtime.hide_personal_fields()
blueprint = Blueprint(__name__)
TenantId = Annotated[str, formatted(r"^[A-Za-z0-9][A-Za-z0-9-]{0,63}$", "Use the id of a tenant.")]


class Create(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="action", tag="create"):
    """Makes a tenant and invites its first administrator. Repeated, it goes on where it stopped."""

    name: Name
    alias: Annotated[str, formatted(r"^[a-z][a-z0-9-]{1,62}$", "Use small letters, digits and -.")]
    email: Email
    given_name: PersonName | None = None
    family_name: PersonName | None = None
    sandbox: bool = False


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


class AddRoles(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="action", tag="add_roles"
):
    """Brings roles that were added to the product later to all tenants, or to those whose id sorts after `after`."""

    after: str = ""


class CheckSearch(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="action", tag="check_search"
):
    """Checks what the documents of a tenant are found by, and indexes anew what is wrong or found by an old key."""

    tenant: TenantId


_COMMANDS = Create | Invite | Step | Show | AddRoles | CheckSearch


@blueprint.lambda_function()
def manage_tenants(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Does what the event says: {"action": "create" | "invite" | "step" | "show" | "add_roles" | "check_search", ...}.

    The answer holds `error` for a refusal; `unavailable` means that Keycloak did not answer, and the same event may be
    sent again."""
    with runtime.invocation("manage_tenants", context) as running:
        try:
            requested = msgspec.convert(text_forms.formed(_COMMANDS, event), type=_COMMANDS)
            if isinstance(requested, AddRoles):
                return _add_roles(requested, running.deadline)
            return _ACTIONS[type(requested)](requested)
        except _REFUSALS as error:
            return _refusal(error)


_REFUSALS = (
    msgspec.ValidationError,
    DomainError,
    admin_api.Refused,
    admin_api.Unavailable,
    organization_roles.RealmRoleMissingError,
)


def _refusal(error: Exception) -> dict[str, Any]:
    """The answer that says why nothing, or not all, was done."""
    match error:
        case DomainError():
            return {"error": error.code, "detail": error.detail}
        case admin_api.Refused():
            return {"error": "refused_by_keycloak", "detail": f"Keycloak answered {error.status}."}
        case admin_api.Unavailable():
            return {"error": "unavailable", "detail": f"Keycloak: {error}. Send the same again."}
        case organization_roles.RealmRoleMissingError():
            return {"error": "realm_role_missing", "detail": str(error)}
        case _:
            return {"error": "invalid", "detail": str(error)}


def _create(command: Create) -> dict[str, Any]:
    """Makes organization, document, groups and the first user, in this order: repeated after a failure, each step finds
    what was made before. AlreadyExists when the tenant has users: the command is then about another company."""
    identifier = keycloak.create_organization(Call.system(PLATFORM, "operator"), command.name, command.alias)
    call = Call.system(Tenant(identifier), "operator")
    if not users.page(call, UserQuery(email=command.email)).data and users.page(call, UserQuery(limit=1)).data:
        raise AlreadyExists(f"There is a tenant with this alias: {identifier}. Invite into it by its id.")
    made = tenants.found(call.tenant, command.name, command.alias, is_sandbox=command.sandbox)
    keycloak.ensure_role_groups(call)
    try:
        user = commit(call, users.invite, _administrator(command))
    except AlreadyExists:
        return {"tenant": _shown(made), "invited": None}
    return {"tenant": _shown(made), "invited": user.id}


def _invite(command: Invite) -> dict[str, Any]:
    call = _known(command.tenant)
    with sandbox.time_of(call.tenant):
        user = commit(call, users.invite, _administrator(command))
    return {"tenant": _shown(tenants.read(call)), "invited": user.id}


def _administrator(command: Create | Invite) -> NewUser:
    names = {"given_name": command.given_name, "family_name": command.family_name}
    return NewUser(email=command.email, roles=[Role.ADMIN], **names)


def _step(command: Step) -> dict[str, Any]:
    call = _known(command.tenant)
    with sandbox.time_of(call.tenant):
        return {"tenant": _shown(commit(call, tenants.step, command.step))}


def _shown(made: schemas.Tenant) -> dict[str, Any]:
    """The tenant as JSON has it."""
    found: dict[str, Any] = msgspec.to_builtins(made, enc_hook=encode_hook)
    return found


def _known(tenant: str) -> Call:
    """A call for an existing tenant. NotFound for an id that was mistyped, so that none is made."""
    if not heads.is_known(Tenant(tenant)):
        raise NotFound("There is no tenant with this id.")
    return Call.system(Tenant(tenant), "operator")


def _check_search(command: CheckSearch) -> dict[str, Any]:
    """Starts the check as a job."""
    call = _known(command.tenant)
    with sandbox.time_of(call.tenant):
        return {"job_id": commit(call, checking.begin, NewSearchCheck(repair=True)).job_id}


def _show(command: Show) -> dict[str, Any]:
    found = [_known(command.tenant).tenant] if command.tenant is not None else heads.tenants()
    shown = [each for tenant in found if (each := tenants.find(Call.system(tenant, "operator"))) is not None]
    return {"tenants": [{"id": each.id, "name": each.name, "status": each.status} for each in shown]}


def _add_roles(command: AddRoles, deadline: float) -> dict[str, Any]:
    """Reports for each tenant the roles that it lacked, or the status with which Keycloak refused. `next`, unless it is
    null, is the `after` to go on with: the time was over, or Keycloak did not answer and `error` says so."""
    done: list[dict[str, Any]] = []
    after = command.after
    for tenant in heads.tenants(after=command.after):
        if clock.monotonic() >= deadline:
            return {"tenants": done, "next": after}
        try:
            added = keycloak.ensure_role_groups(Call.system(tenant, "operator"))
            done.append({"id": tenant.id, "added": added, "refused": None})
        except admin_api.Refused as refused:  # its organization was deleted in Keycloak; the others go on
            done.append({"id": tenant.id, "added": [], "refused": refused.status})
        except admin_api.Unavailable as outage:
            detail = f"Keycloak: {outage}. Send the same again, or go on after {after or 'the beginning'}."
            return {"tenants": done, "next": after, "error": "unavailable", "detail": detail}
        after = tenant.id
    return {"tenants": done, "next": None}


_ACTIONS: dict[type, Callable[[Any], dict[str, Any]]] = {
    Create: _create,
    Invite: _invite,
    Step: _step,
    Show: _show,
    CheckSearch: _check_search,
}
