"""Custom fields over HTTP."""

from chalicelib.access.scope import Scope
from chalicelib.catalog.custom_fields import service
from chalicelib.catalog.custom_fields.schemas import (
    CustomField,
    CustomFieldChange,
    CustomFieldId,
    CustomFieldQuery,
    NewCustomField,
)
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.kernel.errors import AlreadyExists, TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.pages import Page

routes = Routes(__name__, "Custom fields", "Fields that you add to items, customers and vendors yourself.")


@routes.post(
    "/v1/custom-fields",
    permission="custom_field.write",
    scope=Scope.ANY,
    status=201,
    location="/v1/custom-fields/{id}",
    errors=[AlreadyExists],
)
def create_custom_field(request: Request[NewCustomField, NoQuery]) -> Answer[CustomField]:
    """Declare a custom field.

    Documents of its kind can have values from then on. Refused when another field of the kind has its code.
    """
    return request.commit(service.create, request.body)


@routes.get(
    "/v1/custom-fields",
    permission="custom_field.read",
    scope=Scope.ANY,
)
def list_custom_fields(request: Request[NoBody, CustomFieldQuery]) -> Page[CustomField]:
    """List custom fields, oldest first.

    All, or those of a kind of document or with a status.
    """
    return service.page(request.call, request.query)


@routes.get(
    "/v1/custom-fields/{custom_field_id}",
    permission="custom_field.read",
    scope=Scope.ANY,
)
def read_custom_field(request: Request[NoBody, NoQuery], custom_field_id: CustomFieldId) -> CustomField:
    """Read a custom field.

    Its declaration, not its values, which documents have.
    """
    return service.read(request.call, custom_field_id)


@routes.patch(
    "/v1/custom-fields/{custom_field_id}",
    permission="custom_field.write",
    scope=Scope.ANY,
)
def update_custom_field(
    request: Request[CustomFieldChange, NoQuery], custom_field_id: CustomFieldId
) -> Answer[CustomField]:
    """Change the declaration of a custom field.

    Entity, code and type cannot change. Values that documents have already stay as they are.
    """
    return request.commit(service.update, custom_field_id, request.body)


@routes.post(
    "/v1/custom-fields/{custom_field_id}/archive",
    permission="custom_field.write",
    scope=Scope.ANY,
    change=True,
    errors=[TransitionRefused],
)
def archive_custom_field(request: Request[NoBody, NoQuery], custom_field_id: CustomFieldId) -> Answer[CustomField]:
    """Archive a custom field.

    It takes no more values. Those that documents have are still shown, and can be taken away.
    """
    return request.commit(service.archive, custom_field_id)


@routes.post(
    "/v1/custom-fields/{custom_field_id}/restore",
    permission="custom_field.write",
    scope=Scope.ANY,
    change=True,
    errors=[TransitionRefused],
)
def restore_custom_field(request: Request[NoBody, NoQuery], custom_field_id: CustomFieldId) -> Answer[CustomField]:
    """Restore an archived custom field.

    It takes values again.
    """
    return request.commit(service.restore, custom_field_id)
