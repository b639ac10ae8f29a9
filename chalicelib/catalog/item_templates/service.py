"""Use cases of item templates and their variants."""

from collections.abc import Sequence

from msgspec import UNSET

from chalicelib.catalog.item_templates import events, rules, tables
from chalicelib.catalog.item_templates.rules import Values
from chalicelib.catalog.item_templates.schemas import (
    COPIED,
    INHERITED,
    MOST_AT_ONCE,
    MOST_VARIANTS,
    ItemTemplate,
    ItemTemplateChange,
    ItemTemplateQuery,
    MadeVariants,
    NewItemTemplate,
    NewVariant,
    NewVariants,
    Variant,
)
from chalicelib.catalog.item_templates.tables import Made
from chalicelib.catalog.items import service as items
from chalicelib.catalog.items import tables as item_tables
from chalicelib.catalog.items import tracking, units
from chalicelib.catalog.items.schemas import ItemChange, NewItem
from chalicelib.catalog.items.variants import VariantOf, VariantOption
from chalicelib.kernel import lifecycle
from chalicelib.kernel.call import Call
from chalicelib.kernel.codes import folded
from chalicelib.kernel.errors import Conflict, FieldError, Invalid, TooManyActions
from chalicelib.kernel.lifecycle import LIFECYCLE, LifecycleStatus
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import patch, to_row, to_struct
from chalicelib.kernel.pages import Page
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.visibility import load_visible
from chalicelib.kernel.work import Work


@use_case(events.CREATED)
def create(work: Work, command: NewItemTemplate) -> ItemTemplate:
    """Creates a template. AlreadyExists when another one has its code; Invalid for options that are given twice, and
    for what does not fit together."""
    row = to_row(
        tables.ItemTemplate,
        command,
        partition=work.tenant.key(),
        id=work.new_id("itpl"),
        status=LifecycleStatus.ACTIVE,
    )
    _check(row)
    work.create(row)
    work.claim(tables.TEMPLATE_CODE, command.code, row.id, "/code")
    return view(row)


@use_case(events.UPDATED)
def update(work: Work, template_id: str, change: ItemTemplateChange) -> ItemTemplate:
    """Changes the given fields, also of each variant that has the template's value there. Invalid when a variant would
    lose its options."""
    row = work.load_for_update(tables.ItemTemplate, work.tenant.key(), template_id)
    before = view(row)
    if change.code is not UNSET and folded(change.code) != folded(row.code):
        work.release(tables.TEMPLATE_CODE, row.code, row.id)
        work.claim(tables.TEMPLATE_CODE, change.code, row.id, "/code")
    patch(row, change)
    _check(row, rules.option_errors(before.options, row.options, _made(row)))
    work.save(row)
    after = view(row)
    work.fetch(*(items.ref(work, each.item_id) for each in row.made or ()))
    for each in row.made or ():
        item = work.load(item_tables.Item, work.tenant.key(), each.item_id)
        inherited = _inherited(item, before, after, each.values)
        if inherited is not None:
            items.apply(work, item, inherited)
            items.save(work, item)
    return after


@use_case(events.VARIED)
def make_variants(work: Work, template_id: str, command: NewVariants) -> MadeVariants:
    """Makes the requested variants, or all that are missing. Invalid for wrong options, Conflict for an archived
    template, TooManyActions when they do not fit into one transaction."""
    row = work.load(tables.ItemTemplate, work.tenant.key(), template_id)
    if row.status is not LifecycleStatus.ACTIVE:
        raise Conflict("The template is archived.")
    requested, values = _requested(row, command)
    _check_room(len(row.made or ()), len(requested))
    template = view(row)
    new = [Made(work.new_id("itm"), list(each)) for each in values]
    if not new:
        return MadeVariants(template_id=row.id, items=[])
    row.made = [*(row.made or ()), *new]
    work.save(row)
    made = []
    for index, (each, variant) in enumerate(zip(new, requested, strict=True)):
        of = VariantOf(each.item_id, row.id, _options(row, each.values))
        item = _item(template, each.values, variant, f"/variants/{index}")
        made.append(items.view(items.add(work, item, f"/variants/{index}", of)))
    return MadeVariants(template_id=row.id, items=made)


@use_case(events.ARCHIVED)
def archive(work: Work, template_id: str) -> ItemTemplate:
    """Archives the template: no more variants are made from it. Its variants stay as they are."""
    return view(lifecycle.run_transition(work, tables.ItemTemplate, template_id, "archive"))


@use_case(events.RESTORED)
def restore(work: Work, template_id: str) -> ItemTemplate:
    """Restores an archived template."""
    return view(lifecycle.run_transition(work, tables.ItemTemplate, template_id, "restore"))


def read(call: Call, template_id: str) -> ItemTemplate:
    """One template. NotFound."""
    return view(load_visible(call, tables.ItemTemplate, call.tenant.key(), template_id))


def page(call: Call, query: ItemTemplateQuery) -> Page[ItemTemplate]:
    """A page of templates, oldest first."""
    rows, cursor = paginate(tables.ItemTemplate, tables.VIEWS, call, query)
    return Page([view(row) for row in rows], cursor)


def _check(row: tables.ItemTemplate, others: Sequence[FieldError] = ()) -> None:
    problems = [*rules.errors(row), *others, *tracking.errors(row, "")]
    if row.reorder_point is not None:
        problems += units.errors(row.reorder_point, row.unit, "/reorder_point")
    if problems:
        raise Invalid(errors=problems)


def _made(row: tables.ItemTemplate) -> list[Values]:
    return [tuple(each.values) for each in row.made or ()]


def _requested(row: tables.ItemTemplate, command: NewVariants) -> tuple[list[NewVariant | None], list[Values]]:
    """What is requested of each variant, None for a combination that nobody named, and its values."""
    values, problems = rules.chosen(row.options, _made(row), command.variants)
    if problems:
        raise Invalid(errors=problems)
    others = rules.combinations(row.options, [*_made(row), *values]) if command.all else []
    return [*command.variants, *(None for _ in others)], [*values, *others]


def _check_room(there: int, new: int) -> None:
    """TooManyActions for more variants than one transaction can make, or later change."""
    if there + new > MOST_VARIANTS:
        raise TooManyActions(f"A template has at most {MOST_VARIANTS} variants, so that a change reaches all at once.")
    if new > MOST_AT_ONCE:
        raise TooManyActions(f"{new} variants are missing, and {MOST_AT_ONCE} can be made at once: name some of them.")


def _item(template: ItemTemplate, values: Sequence[str], variant: NewVariant | None, pointer: str) -> NewItem:
    """The variant as an item. Invalid when its SKU or its name would be too long."""
    given = variant.sku if variant is not None else None
    sku, name = given or rules.sku(template, values), rules.name(template, values)
    if problems := rules.text_errors(sku, name, pointer):
        raise Invalid(errors=problems)
    common = {field: getattr(template, field) for field in (*INHERITED, *COPIED)}
    return NewItem(sku=sku, name=name, barcodes=[] if variant is None else variant.barcodes, **common)


def _inherited(
    item: item_tables.Item, before: ItemTemplate, after: ItemTemplate, values: Sequence[str]
) -> ItemChange | None:
    """The change of a variant that follows from one of its template; None when there is none."""
    current = items.view(item)
    changed = {
        field: getattr(after, field)
        for field in INHERITED
        if getattr(after, field) != getattr(before, field) == getattr(current, field)
    }
    if after.name != before.name and item.name == rules.name(before, values):
        changed["name"] = rules.name(after, values)
        if problems := rules.text_errors("", changed["name"], ""):
            raise Invalid(errors=problems)
    return ItemChange(**changed) if changed else None


def _options(row: tables.ItemTemplate, values: Sequence[str]) -> list[VariantOption]:
    return [VariantOption(option.name, value) for option, value in zip(row.options, values, strict=True)]


def view(row: tables.ItemTemplate) -> ItemTemplate:
    """The API's representation of the row."""
    return to_struct(
        row,
        ItemTemplate,
        variants=[Variant(each.item_id, _options(row, each.values)) for each in row.made or ()],
        allowed_transitions=LIFECYCLE.allowed(row),
    )
