"""From Shopify's order to ours: decisions that need no store."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from chalicelib.integrations.inbox.schemas import QuarantineError
from chalicelib.integrations.shopify.customer_mapping import address
from chalicelib.integrations.shopify.schemas import DiscountAllocation, LineItem, Order, PriceSet, TaxLine
from chalicelib.kernel import clock
from chalicelib.kernel.address import Address
from chalicelib.kernel.decimals import Amount, Price, Quantity, plain
from chalicelib.kernel.money import RoundingMode, is_currency, minor_units, rounded
from chalicelib.kernel.texts import fit_line, fit_prose
from chalicelib.sales.orders.command_schemas import CancelReason
from chalicelib.sales.orders.line_schemas import Charge, ChargeKind
from chalicelib.sales.orders.schemas import MAX_LINES

_ZERO = Decimal(0)
_MOST = Decimal(10) ** Amount.digits
_PRICE_PLACES = 6
_LONGEST_SKU = 255
"""Shopify's own limit."""
_GID = "gid://shopify/Order/"
_REASONS = {
    "customer": CancelReason.CUSTOMER,
    "inventory": CancelReason.STOCK,
    "fraud": CancelReason.FRAUD,
    "staff": CancelReason.MISTAKE,
}


class GoodsLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of goods, which takes stock; `remote_id` is the line's id at Shopify."""

    remote_id: str
    sku: str
    quantity: Quantity
    unit_price: Price
    discount: Amount
    tax: Amount


class OrderContent(msgspec.Struct, frozen=True, kw_only=True):
    """What we copy of an order, and so what an update of it may change."""

    lines: list[GoodsLine]
    charges: list[Charge]
    billing_address: Address | None
    shipping_address: Address | None
    note: str | None


def parse(body: bytes) -> Order:
    """The order in a body. QuarantineError for anything else, whatever its topic."""
    try:
        order = msgspec.json.decode(body, type=Order)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise QuarantineError("not_an_order", "The body is not an order as Shopify sends it.") from None
    if order.admin_graphql_api_id is not None and not order.admin_graphql_api_id.startswith(_GID):
        raise QuarantineError("not_an_order", "The body is another kind of object.")
    return order


def version(order: Order, content: str) -> str:
    """A text that sorts as the order's versions do.

    Shopify's times have whole seconds: of two equal times the cancelled one counts as the later, else the content
    decides, so that the end does not depend on the order of arrival.
    """
    return "|".join((clock.text(order.updated_at), "1" if order.cancelled_at else "0", content))


def content_of(version: str) -> str:
    """The part of a version that is made from the content: equal for equal contents."""
    return version.rpartition("|")[2]


def cancel_reason(order: Order) -> CancelReason:
    """Our reason for Shopify's."""
    return _REASONS.get(order.cancel_reason or "", CancelReason.OTHER)


def content(order: Order) -> OrderContent:
    """What we copy of the order. QuarantineError when it cannot be booked as it stands."""
    check_currency(order)
    lines = [line for line in order.line_items if _remaining_quantity(line)]
    goods = [line for line in lines if not _is_charge(line)]
    nameless = [line for line in goods if not _sku(line)]
    if nameless:
        raise QuarantineError("missing_sku", f"{len(nameless)} of the order's lines have no SKU.", str(order.id))
    if len(goods) > MAX_LINES:
        raise QuarantineError("too_many_lines", f"More than {MAX_LINES} lines.", str(order.id))
    return OrderContent(
        lines=[_line(line, order) for line in goods],
        charges=_charges(order, [line for line in lines if _is_charge(line)]),
        billing_address=address(order.billing_address),
        shipping_address=address(order.shipping_address),
        note=fit_prose(order.note, 2000),
    )


def check_currency(order: Order) -> None:
    """QuarantineError when the currency is unknown or the order's money is not all in it."""
    if not is_currency(order.currency):
        raise QuarantineError("unknown_currency", "The order's currency is not one of ISO 4217.", str(order.id))
    sets = [line.price_set for line in order.line_items]
    sets += [line.price_set for line in order.shipping_lines or []]
    if any(each and each.shop_money and each.shop_money.currency_code != order.currency for each in sets):
        raise QuarantineError(
            "currency_mismatch", "The shop's money is in another currency than the order says.", str(order.id)
        )


def _is_charge(line: LineItem) -> bool:
    """Whether it is neither goods nor an item of ours: a tip, a fee, an insurance."""
    return line.requires_shipping is False and not _sku(line)


def _sku(line: LineItem) -> str:
    return fit_line(line.sku, _LONGEST_SKU) or ""


def _remaining_quantity(line: LineItem) -> int:
    return line.quantity if line.current_quantity is None else line.current_quantity


def _line(line: LineItem, order: Order) -> GoodsLine:
    quantity = _remaining_quantity(line)
    price = _money(line.price, line.price_set, order)
    return GoodsLine(
        remote_id=str(line.id),
        sku=_sku(line),
        quantity=Quantity(quantity),
        unit_price=Price(plain(price.quantize(Decimal(1).scaleb(-_PRICE_PLACES)))),
        discount=min(_remaining_share(_discount(line, order), line, order), _amount(price * quantity, order)),
        tax=_remaining_share(_tax(line.tax_lines, order), line, order),
    )


def _remaining_share(whole: Decimal, line: LineItem, order: Order) -> Amount:
    """The part of a discount or tax that belongs to what is left of a line: Shopify gives both for the ordered
    quantity."""
    return _amount(whole * _remaining_quantity(line) / line.quantity if line.quantity else whole, order)


def _discount(line: LineItem, order: Order) -> Decimal:
    if line.discount_allocations:
        return _allocated(line.discount_allocations, order)
    return _money(line.total_discount, line.total_discount_set, order)


def _allocated(allocations: Sequence[DiscountAllocation] | None, order: Order) -> Decimal:
    return sum((_money(each.amount, each.amount_set, order) for each in allocations or ()), _ZERO)


def _tax(lines: Sequence[TaxLine] | None, order: Order) -> Decimal:
    return sum((_money(each.price, each.price_set, order) for each in lines or ()), _ZERO)


def _charges(order: Order, others: Sequence[LineItem]) -> list[Charge]:
    """One charge for shipping, and one for everything else that is no goods."""
    shipping = [line for line in order.shipping_lines or [] if not line.is_removed]
    freight = sum(
        (_money(s.price, s.price_set, order) - _allocated(s.discount_allocations, order) for s in shipping), _ZERO
    )
    freight_tax = sum((_tax(each.tax_lines, order) for each in shipping), _ZERO)
    lines = [_line(line, order) for line in others]
    # A tip is a line of the order too, and `total_tip_received` the sum of these lines.
    has_tip_lines = any(line.tip is not None for line in order.line_items)
    tip = _ZERO if has_tip_lines else _money(order.total_tip_received, None, order)
    other = sum((line.quantity * line.unit_price - line.discount for line in lines), tip)
    other_tax = sum((line.tax for line in lines), _ZERO)
    found = [
        Charge(kind=ChargeKind.SHIPPING, amount=_amount(freight, order), tax_amount=_amount(freight_tax, order)),
        Charge(kind=ChargeKind.OTHER, amount=_amount(other, order), tax_amount=_amount(other_tax, order)),
    ]
    return [charge for charge in found if charge.amount or charge.tax_amount]


def _money(amount: Decimal | None, price_set: PriceSet | None, order: Order) -> Decimal:
    """The amount in shop money: of the price set if there is one, else the plain amount, which is shop money too.
    QuarantineError when it is negative or out of range."""
    value = price_set.shop_money.amount if price_set and price_set.shop_money else amount
    if value is None:
        return _ZERO
    if not value.is_finite() or not 0 <= value < _MOST:
        raise QuarantineError("odd_amount", "An amount is negative or out of range.", str(order.id))
    return value


def _amount(value: Decimal, order: Order) -> Amount:
    """To the currency's minor unit, half up; never below zero."""
    cut = rounded(max(value, _ZERO), order.currency, RoundingMode.HALF_UP)
    return Amount(cut.quantize(Decimal(1).scaleb(-minor_units(order.currency))))
