"""Building of an order's lines and charges from a request, with their prices and taxes."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import msgspec

from chalicelib.catalog.items.schemas import Item
from chalicelib.catalog.price_lists.finding_schemas import PriceFound
from chalicelib.catalog.tax_codes import service as tax_codes
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.work import Work
from chalicelib.sales.orders import amounts, kits, line_terms, sources, taxes
from chalicelib.sales.orders.content import ContentCharge, ContentLine, Header
from chalicelib.sales.orders.line_schemas import Charge, NewSalesOrderLine
from chalicelib.sales.orders.line_terms import Asked, LineTerms
from chalicelib.sales.orders.schemas import MAX_LINES
from chalicelib.sales.orders.sources import Sources
from chalicelib.sales.orders.tables import SalesOrder


def lines(
    source: Sources,
    requested: Sequence[NewSalesOrderLine],
    terms: LineTerms,
    prices: Mapping[int, PriceFound],
    existing: Sequence[ContentLine] = (),
    last: int = 0,
) -> list[ContentLine]:
    """The lines as they are stored, each kit followed by its components. Invalid lists all errors of all lines.

    existing: the lines before an edit. Requested ones that name one of them by number stay: they keep what is not
    given, and kits their components. prices: by index, of lines that give none. last: the last number ever used.
    """
    kept = sources.kept_lines(requested, existing)
    stays = {line.line for line in kept.values()}
    numbers = itertools.count(last + 1)
    problems: list[FieldError] = []
    built: list[ContentLine] = []
    for index, line in enumerate(requested):
        if index in kept and kept[index].kit_line is not None:
            is_with_kit = kept[index].kit_line in stays
            problems += kits.edit_errors(line.quantity, kept[index], f"/lines/{index}", is_with_kit=is_with_kit)
            continue
        item = source.items[source.ids[index]]
        number = kept[index].line if index in kept else next(numbers)
        words = source.words.of(item.id, line)
        asked = Asked(line, item, kept.get(index), prices.get(index), f"/lines/{index}", words)
        found = line_terms.content_line(number, asked, terms)
        if isinstance(found, list):
            problems += found
            continue
        built.append(found)
        if index in kept:
            built += [kits.resized(found, part) for part in existing if part.kit_line == found.line]
        else:
            built += _component_lines(source, found, item, numbers)
    problems += [] if problems else number_errors(len(built))
    if problems:
        raise Invalid(errors=problems)
    return built


def _component_lines(source: Sources, kit: ContentLine, item: Item, numbers: Iterator[int]) -> list[ContentLine]:
    """The lines of the components of a new kit."""
    return [
        kits.component_line(
            kit, source.items[part.item_id], part.quantity, next(numbers), source.words.of(part.item_id)
        )
        for part in item.components
    ]


def number_errors(lines_built: int) -> list[FieldError]:
    """The error of too many lines."""
    says = f"With the components of kits, an order has at most {MAX_LINES} lines."
    return [FieldError("/lines", "too_many", says)] if lines_built > MAX_LINES else []


def charges(requested: Sequence[Charge], currency: str) -> list[ContentCharge]:
    """The charges as they are stored, without their taxes. Invalid for amounts with too many decimal places and for
    too much tax."""
    problems: list[FieldError] = []
    for index, charge in enumerate(requested):
        at = f"/charges/{index}"
        problems += amounts.amount_errors(charge.amount, currency, f"{at}/amount")
        if charge.tax_amount is not None:
            problems += amounts.amount_errors(charge.tax_amount, currency, f"{at}/tax_amount")
            problems += amounts.tax_errors(charge.tax_amount, Fraction(charge.amount), currency, f"{at}/tax_amount")
    if problems:
        raise Invalid(errors=problems)
    return [
        ContentCharge(
            kind=charge.kind,
            amount=Decimal(charge.amount),
            tax_code_id=charge.tax_code_id,
            given_tax=charge.tax_amount,
            tax_collector=charge.tax_collector,
        )
        for charge in requested
    ]


def taxed(
    work: Work,
    order: tuple[Sequence[ContentLine], Header],
    requested: Sequence[NewSalesOrderLine],
    currency: str,
) -> tuple[list[ContentLine], Header]:
    """Lines and header with the taxes of lines and charges. Reads the tax codes of which it is not known yet which rate
    holds, in one round trip, if there are any. Invalid for missing and archived ones, and for wrong taxes."""
    content_lines, draft = order
    pointers = _pointers(content_lines, requested)
    wanted = [
        (entry.tax_code_id, at) for entry, at in zip(content_lines, pointers, strict=True) if taxes.needs_rate(entry)
    ]
    wanted += [(each.tax_code_id, f"/charges/{i}") for i, each in enumerate(draft.charges) if taxes.needs_rate(each)]
    codes = tax_codes.known(work, [(str(code), f"{at}/tax_code_id") for code, at in reversed(wanted)])
    where = taxes.place(draft)
    with_rates = [taxes.applied(line, codes, where) for line in content_lines]
    draft = msgspec.structs.replace(draft, charges=[taxes.applied(charge, codes, where) for charge in draft.charges])
    taxes.check_given(with_rates, draft, currency, pointers)
    return taxes.computed(with_rates, draft, currency)


def _pointers(content_lines: Sequence[ContentLine], requested: Sequence[NewSalesOrderLine]) -> list[str]:
    """Where each line lies in the request; a component, which the request need not have, with its kit."""
    components = {line.line for line in content_lines if line.kit_line is not None}
    indexes = (index for index, line in enumerate(requested) if getattr(line, "line", None) not in components)
    found: list[str] = []
    for line in content_lines:
        found.append(found[-1] if line.kit_line is not None else f"/lines/{next(indexes, len(found))}")
    return found


def set_other_warehouses(row: SalesOrder, content_lines: Sequence[ContentLine]) -> None:
    """Stores the warehouses of the lines other than the order's own. When the order has shipments, it keeps the
    previous ones too: whoever works there sees their shipments and changes the order by them, and an edit may have
    removed a line of a cancelled shipment."""
    warehouse_ids = {line.warehouse_id for line in content_lines}
    if row.shipment_ids:
        warehouse_ids |= set(row.other_warehouse_ids or ())
    row.other_warehouse_ids = sorted(warehouse_ids - {row.warehouse_id}) or None
