"""Use cases of reorder rules."""

from chalicelib.catalog.items import service as items
from chalicelib.inventory.reordering import events, rules, tables
from chalicelib.inventory.reordering.schemas import (
    NewReorderRule,
    ReorderRule,
    ReorderRuleChange,
    ReorderRuleQuery,
    ReorderSuggestion,
    ReorderSuggestionQuery,
)
from chalicelib.inventory.reordering.suggesting import Suggesting
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo.store import ref_of
from chalicelib.kernel.errors import FieldError, Invalid, collected
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import patch, to_row, to_struct
from chalicelib.kernel.pages import Page
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.visibility import load_visible
from chalicelib.kernel.work import Work


@use_case(events.CREATED)
def create(work: Work, command: NewReorderRule) -> ReorderRule:
    """Adds a rule. Invalid for unknown and archived items, unknown warehouses, quantities that do not fit, and when
    neither the rule nor the item has a reorder point; AlreadyExists when the item has a rule in the warehouse."""
    problems: list[FieldError] = []
    work.fetch(items.ref(work, command.item_id), warehouses.warehouse_ref(work.tenant, command.warehouse_id))
    row = to_row(
        tables.ReorderRule,
        command,
        partition=work.tenant.key(),
        id=work.new_id("ror"),
        item_key=work.tenant.key(command.item_id),
        warehouse_key=work.tenant.key(command.warehouse_id),
    )
    with collected(problems):
        item = items.active(work, [(row.item_id, "/item_id")])[row.item_id]
        row.reorder_point = item.reorder_point if command.reorder_point is None else command.reorder_point
        problems += rules.errors(row, item)
    with collected(problems):
        warehouses.known(work, [(row.warehouse_id, "/warehouse_id")])
    if problems:
        raise Invalid(errors=problems)
    work.create(row)
    work.claim(tables.item_kind(row.warehouse_id), row.item_id, row.id, "/item_id")
    return view(row)


@use_case(events.UPDATED)
def update(work: Work, reorder_rule_id: str, change: ReorderRuleChange) -> ReorderRule:
    """Changes the given fields. Invalid for quantities that do not fit, and when the item is archived by now."""
    row = work.load_for_update(tables.ReorderRule, work.tenant.key(), reorder_rule_id)
    patch(row, change)
    problems = rules.errors(row, items.active(work, [(row.item_id, "/item_id")])[row.item_id])
    if problems:
        raise Invalid(errors=problems)
    return view(work.save(row))


@use_case(events.REMOVED)
def remove(work: Work, reorder_rule_id: str) -> ReorderRule:
    """Removes a rule, which it returns."""
    row = work.load_for_update(tables.ReorderRule, work.tenant.key(), reorder_rule_id)
    work.remove(ref_of(row), tables.ReorderRule.version == row.version)
    work.release(tables.item_kind(row.warehouse_id), row.item_id, row.id)
    work.mention(tables.ReorderRule.entity, row.id, row.item_id)
    return view(row)


def read(call: Call, reorder_rule_id: str) -> ReorderRule:
    """One rule. NotFound."""
    return view(load_visible(call, tables.ReorderRule, call.tenant.key(), reorder_rule_id))


def page(call: Call, query: ReorderRuleQuery) -> Page[ReorderRule]:
    """A page of rules."""
    rows, cursor = paginate(tables.ReorderRule, tables.VIEWS, call, query)
    return Page([view(row) for row in rows], cursor)


def page_suggestions(call: Call, query: ReorderSuggestionQuery) -> Page[ReorderSuggestion]:
    """A page of what to order for a warehouse, by the rules of active items. The round trips for a page are the same,
    however many rules there are."""
    suggesting = Suggesting(call, query.warehouse_id, query.is_below)
    rows, cursor = paginate(tables.ReorderRule, tables.SUGGESTION_VIEWS, call, query, narrow=suggesting.narrow)
    return Page([suggesting.found[row.id] for row in rows], cursor)


def view(row: tables.ReorderRule) -> ReorderRule:
    """The API's representation of the row."""
    return to_struct(row, ReorderRule)
