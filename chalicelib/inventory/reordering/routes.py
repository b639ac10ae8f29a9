"""Reorder rules and suggestions over HTTP."""

from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.inventory.reordering import service
from chalicelib.inventory.reordering.schemas import (
    NewReorderRule,
    ReorderRule,
    ReorderRuleChange,
    ReorderRuleId,
    ReorderRuleQuery,
    ReorderSuggestion,
    ReorderSuggestionQuery,
)
from chalicelib.kernel.errors import AlreadyExists
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.pages import Page

routes = Routes(__name__, "Reordering", "When to order an item for a warehouse, and what to order now.")


@routes.post(
    "/v1/reorder-rules",
    permission="reorder_rule.write",
    scope=Scope.FILTERED,
    status=201,
    location="/v1/reorder-rules/{id}",
    errors=[AlreadyExists],
)
def create_reorder_rule(request: Request[NewReorderRule, NoQuery]) -> Answer[ReorderRule]:
    """Create a reorder rule.

    Refused when the item has one in the warehouse. Nothing is ordered automatically.
    """
    return request.commit(service.create, request.body)


@routes.get(
    "/v1/reorder-rules",
    permission="stock.read",
    scope=Scope.FILTERED,
)
def list_reorder_rules(request: Request[NoBody, ReorderRuleQuery]) -> Page[ReorderRule]:
    """List reorder rules.

    All, oldest first; or those of an item, or of a warehouse.
    """
    return service.page(request.call, request.query)


@routes.get(
    "/v1/reorder-rules/{reorder_rule_id}",
    permission="stock.read",
    scope=Scope.FILTERED,
)
def read_reorder_rule(request: Request[NoBody, NoQuery], reorder_rule_id: ReorderRuleId) -> ReorderRule:
    """Read a reorder rule.

    Its quantities are in the item's unit.
    """
    return service.read(request.call, reorder_rule_id)


@routes.patch(
    "/v1/reorder-rules/{reorder_rule_id}",
    permission="reorder_rule.write",
    scope=Scope.FILTERED,
)
def update_reorder_rule(
    request: Request[ReorderRuleChange, NoQuery], reorder_rule_id: ReorderRuleId
) -> Answer[ReorderRule]:
    """Change a reorder rule.

    Its item and warehouse stay as they are.
    """
    return request.commit(service.update, reorder_rule_id, request.body)


@routes.post(
    "/v1/reorder-rules/{reorder_rule_id}/remove",
    permission="reorder_rule.write",
    scope=Scope.FILTERED,
    change=True,
)
def remove_reorder_rule(request: Request[NoBody, NoQuery], reorder_rule_id: ReorderRuleId) -> Answer[ReorderRule]:
    """Remove a reorder rule.

    It is returned as it was. Nothing is suggested by it any more, and the item can have another one.
    """
    return request.commit(service.remove, reorder_rule_id)


@routes.get(
    "/v1/stock/reorder-suggestions",
    permission="stock.read",
    scope=Scope.FILTERED,
)
def list_reorder_suggestions(request: Request[NoBody, ReorderSuggestionQuery]) -> Page[ReorderSuggestion]:
    """List what to order for a warehouse, and why.

    One entry for each reorder rule of an active item, sorted by item: what there is, what is meant for whom, what is
    expected within the lead time, and how much to order. With `is_below` only what is below its reorder point.
    """
    return service.page_suggestions(request.call, request.query)
