"""Item templates over HTTP."""

from msgspec import UNSET

from chalicelib.access.scope import Scope
from chalicelib.catalog.item_templates import service
from chalicelib.catalog.item_templates.schemas import (
    ItemTemplate,
    ItemTemplateChange,
    ItemTemplateQuery,
    MadeVariants,
    NewItemTemplate,
    NewVariants,
)
from chalicelib.catalog.items.variants import TemplateId
from chalicelib.edge.endpoint import ExtraPermission, NoBody, NoQuery, Request, Routes
from chalicelib.kernel.errors import AlreadyExists, Conflict, TooManyActions, TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.pages import Page

routes = Routes(__name__, "Item templates", "What the variants of a product have in common, and what they differ in.")
_HIDDEN = {"item.cost": ("cost",)}
_SETS_COST: ExtraPermission[NewItemTemplate | ItemTemplateChange] = ExtraPermission(
    "item.cost",
    "when it sets or clears the cost",
    lambda body: body.cost is not (UNSET if isinstance(body, ItemTemplateChange) else None),
)


@routes.post(
    "/v1/item-templates",
    permission="item.write",
    hidden_without=_HIDDEN,
    extra_permissions=[_SETS_COST],
    scope=Scope.ANY,
    status=201,
    location="/v1/item-templates/{id}",
    errors=[AlreadyExists],
)
def create_item_template(request: Request[NewItemTemplate, NoQuery]) -> Answer[ItemTemplate]:
    """Create a template.

    It has no variants yet. Refused when another template has its code.
    """
    return request.commit(service.create, request.body)


@routes.get(
    "/v1/item-templates",
    permission="item.read",
    hidden_without=_HIDDEN,
    scope=Scope.ANY,
)
def list_item_templates(request: Request[NoBody, ItemTemplateQuery]) -> Page[ItemTemplate]:
    """List templates, oldest first.

    All, or those with a status.
    """
    return service.page(request.call, request.query)


@routes.get(
    "/v1/item-templates/{template_id}",
    permission="item.read",
    hidden_without=_HIDDEN,
    scope=Scope.ANY,
)
def read_item_template(request: Request[NoBody, NoQuery], template_id: TemplateId) -> ItemTemplate:
    """Read a template.

    With the variants that were made from it.
    """
    return service.read(request.call, template_id)


@routes.patch(
    "/v1/item-templates/{template_id}",
    permission="item.write",
    hidden_without=_HIDDEN,
    extra_permissions=[_SETS_COST],
    scope=Scope.ANY,
    errors=[AlreadyExists, TooManyActions],
)
def update_item_template(
    request: Request[ItemTemplateChange, NoQuery], template_id: TemplateId
) -> Answer[ItemTemplate]:
    """Change a template, and with it its variants.

    A variant follows in each field in which it still has the template's value. Everything changes in one transaction.
    """
    return request.commit(service.update, template_id, request.body)


@routes.post(
    "/v1/item-templates/{template_id}/variants",
    permission="item.write",
    scope=Scope.ANY,
    errors=[AlreadyExists, Conflict, TooManyActions],
)
def make_variants(request: Request[NewVariants, NoQuery], template_id: TemplateId) -> Answer[MadeVariants]:
    """Make variants of a template.

    Those that are named, or all combinations that are missing. Everything is made in one transaction, or nothing.
    """
    return request.commit(service.make_variants, template_id, request.body)


@routes.post(
    "/v1/item-templates/{template_id}/archive",
    permission="item.write",
    hidden_without=_HIDDEN,
    scope=Scope.ANY,
    change=True,
    errors=[TransitionRefused],
)
def archive_item_template(request: Request[NoBody, NoQuery], template_id: TemplateId) -> Answer[ItemTemplate]:
    """Archive a template.

    No more variants can be made from it. Those that are there remain as they are.
    """
    return request.commit(service.archive, template_id)


@routes.post(
    "/v1/item-templates/{template_id}/restore",
    permission="item.write",
    hidden_without=_HIDDEN,
    scope=Scope.ANY,
    change=True,
    errors=[TransitionRefused],
)
def restore_item_template(request: Request[NoBody, NoQuery], template_id: TemplateId) -> Answer[ItemTemplate]:
    """Restore an archived template.

    Variants can be made from it again.
    """
    return request.commit(service.restore, template_id)
