"""A line of an order as it is stored: what was asked for, what the item says, and what an edited line was before."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from chalicelib.catalog.items import conversions
from chalicelib.catalog.items.conversions import Measured
from chalicelib.catalog.items.kit_schemas import ItemKind
from chalicelib.catalog.items.schemas import Item
from chalicelib.catalog.price_lists.finding_schemas import PriceFound, SaleTerms
from chalicelib.catalog.tax_codes.schemas import TaxCollector
from chalicelib.kernel.codes import folded
from chalicelib.kernel.decimals import Percent
from chalicelib.kernel.errors import FieldError
from chalicelib.kernel.money import RoundingRule, rounded
from chalicelib.parties.customer_items.schemas import CustomerItem
from chalicelib.sales.orders import amounts
from chalicelib.sales.orders.amounts import UnitPrice
from chalicelib.sales.orders.content import ContentLine, Header
from chalicelib.sales.orders.line_schemas import NewSalesOrderLine

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LineTerms:
    """What an order's lines depend on. sale, day: what the choice of a price list depends on."""

    warehouse_id: str
    currency: str
    rounding: RoundingRule
    sale: SaleTerms
    day: date


def of_order(header: Header, warehouse_id: str, currency: str) -> LineTerms:
    """The terms of an order with this header."""
    sale = SaleTerms(
        currency=currency,
        customer_list_id=header.price_list_id,
        group=header.customer_group,
        channel=header.channel,
        includes_tax=header.prices_include_tax,
    )
    return LineTerms(warehouse_id, currency, header.rounding, sale, header.tax_date)


@dataclass(frozen=True, slots=True)
class Asked:
    """A line that is asked for. before: what it was, when it stays; what is not given stays then, and its unit keeps
    its factor. found: its price, when none is given. pointer: where it lies in the request. words: what the customer
    calls the item."""

    line: NewSalesOrderLine
    item: Item
    before: ContentLine | None
    found: PriceFound | None
    pointer: str
    words: CustomerItem | None = None


def content_line(number: int, request: Asked, terms: LineTerms) -> ContentLine | list[FieldError]:
    """The line as it is stored, without its taxes, or its errors."""
    line, item, before = request.line, request.item, request.before
    asked = line if before is None else _with_kept(line, before)
    problems: list[FieldError] = []
    measured = _measured(request)
    if isinstance(measured, FieldError):
        problems.append(measured)
        # The rest of the line is checked all the same, as if the quantity could be counted.
        measured = Measured(line.quantity, item.unit, Fraction(1), line.quantity)
    price = _price(request, measured, terms.currency)
    if isinstance(price, FieldError):
        # Of a quantity that cannot be counted no price was looked for.
        missing = [] if problems and line.unit_price is None else [price]
        return [*problems, *missing, *amounts.line_errors(asked, None, terms.currency, request.pointer)]
    asked = _with_discount(asked, price.discount)
    worth = amounts.value(measured, price)
    if line.drop_ship is True and item.kind not in (ItemKind.STOCKED, ItemKind.KIT):
        problems.append(
            FieldError(f"{request.pointer}/drop_ship", "not_stocked", "No vendor ships an item of this kind.")
        )
    problems += amounts.line_errors(asked, worth, terms.currency, request.pointer)
    return problems or _content(number, request, terms, asked, measured, price)


def _content(
    number: int, request: Asked, terms: LineTerms, asked: NewSalesOrderLine, measured: Measured, price: UnitPrice
) -> ContentLine:
    """The line as it is stored. asked: with what an existing line keeps."""
    line, item, before = request.line, request.item, request.before
    code, collector = _tax_code(line, item, before)
    code_of_customer, name_of_customer = _words(before, request.words)
    net = amounts.net_of(amounts.value(measured, price), asked.discount_percent, asked.discount_amount)
    return ContentLine(
        line=number,
        item_id=item.id,
        sku=before.sku if before else item.sku,
        name=before.name if before else item.name,
        customer_item_code=code_of_customer,
        customer_item_name=name_of_customer,
        kind=item.kind,
        unit=measured.unit,
        base_unit=item.unit,
        factor=str(measured.factor),
        warehouse_id=line.warehouse_id or (before.warehouse_id if before else terms.warehouse_id),
        drop_ship=_given(line.drop_ship, before.drop_ship if before else False),
        requested_on=_given(line.requested_on, before.requested_on if before else None),
        promised_on=_given(line.promised_on, before.promised_on if before else None),
        quantity=Decimal(measured.quantity),
        base_quantity=measured.base_quantity,
        unit_price=price.amount,
        price_per=price.per,
        price_unit=price.unit,
        price_factor=str(price.factor),
        price_source=price.source,
        price_list_id=price.price_list_id,
        price_reason=price.reason,
        discount_percent=asked.discount_percent or None,
        discount_amount=asked.discount_amount or None,
        tax_code_id=code,
        tax=before.tax if before and (before.tax_code_id, before.tax_collector) == (code, collector) else None,
        given_tax=asked.tax_amount,
        tax_collector=collector,
        net=rounded(net, terms.currency, terms.rounding.mode),
    )


def _with_kept(line: NewSalesOrderLine, before: ContentLine) -> NewSalesOrderLine:
    """The request with the discount and tax of the existing line where none is given."""
    kept: dict[str, object] = {}
    if line.discount_percent is None and line.discount_amount is None:
        kept |= {"discount_percent": before.discount_percent, "discount_amount": before.discount_amount}
    if line.tax_amount is None and before.tax_code_id is None and not line.tax_code_id:
        kept["tax_amount"] = before.given_tax
    return msgspec.structs.replace(line, **kept)


def _given(value: T | UnsetType, before: T) -> T:
    return before if value is UNSET else value


def _words(before: ContentLine | None, words: CustomerItem | None) -> tuple[str | None, str | None]:
    """The customer's own code and name of the line's item."""
    if before is not None:
        return before.customer_item_code, before.customer_item_name
    return (words.code, words.name) if words is not None else (None, None)


def _tax_code(line: NewSalesOrderLine, item: Item, before: ContentLine | None) -> tuple[str | None, TaxCollector]:
    """The tax code of the line and who collects the tax."""
    code, collector = (before.tax_code_id, before.tax_collector) if before else (item.tax_code_id, TaxCollector.SELLER)
    return code if line.tax_code_id is UNSET else line.tax_code_id, line.tax_collector or collector


def _measured(request: Asked) -> Measured | FieldError:
    line, before, pointer = request.line, request.before, request.pointer
    if before is not None and (line.unit is None or folded(line.unit) == folded(before.unit)):
        return conversions.converted(line.quantity, before.unit, Fraction(before.factor), before.base_unit, pointer)
    return conversions.measured(request.item, line.quantity, line.unit, pointer)


def _price(request: Asked, measured: Measured, currency: str) -> UnitPrice | FieldError:
    line, item, before = request.line, request.item, request.before
    if before is not None and line.unit_price is None:
        source = before.price_source, before.price_list_id, before.price_reason
        factor = Fraction(before.price_factor)
        return UnitPrice(before.unit_price, before.price_per, before.price_unit, factor, *source, None)
    if line.unit_price is None and request.found is not None:
        return amounts.found_price(request.found, item)
    return amounts.given_price(line, item, measured, currency, request.pointer, before)


def _with_discount(line: NewSalesOrderLine, percent: Decimal | None) -> NewSalesOrderLine:
    """The request with the discount of the price list where it gives none itself."""
    if percent is None or line.discount_percent is not None or line.discount_amount is not None:
        return line
    return msgspec.structs.replace(line, discount_percent=Percent(percent))


def measured_of(line: NewSalesOrderLine, item: Item) -> Measured | None:
    """The quantity of a new line; None when it cannot be counted."""
    found = conversions.measured(item, line.quantity, line.unit, "")
    return None if isinstance(found, FieldError) else found
