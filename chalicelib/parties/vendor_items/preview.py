"""What would have to be ordered of an item at each of its vendors, without writing anything."""

from collections.abc import Sequence
from fractions import Fraction

from chalicelib.catalog.items import conversions, named
from chalicelib.catalog.items.conversions import MOST
from chalicelib.catalog.items.schemas import Item
from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.decimals import Price, Total
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.lifecycle import LifecycleStatus
from chalicelib.kernel.pages import MAX_LIMIT
from chalicelib.kernel.work import Work
from chalicelib.parties.vendor_items import rules, service
from chalicelib.parties.vendor_items.preview_schemas import (
    OfferProblem,
    PreviewedPurchase,
    PurchasePreview,
    VendorOffer,
)
from chalicelib.parties.vendor_items.rules import ToOrder
from chalicelib.parties.vendor_items.schemas import VendorItem, VendorItemQuery
from chalicelib.parties.vendors import service as vendors
from chalicelib.parties.vendors.schemas import Vendor


def preview(call: Call, command: PurchasePreview) -> PreviewedPurchase:
    """What to order at each active vendor of the item, the preferred one first. Invalid for an unknown item or unit,
    and for a quantity that is finer than its unit."""
    work = Work(call)
    item = named.items(work, [(command.item_id, command.sku)], [""])[0]
    measured = conversions.measured(item, command.quantity, command.unit, "")
    if isinstance(measured, FieldError):
        raise Invalid(errors=[measured])
    need = Fraction(command.quantity) * measured.factor
    day = command.day or clock.now().date()
    offers = []
    for offered, vendor in _offered(work, item):
        found = rules.to_order(need, offered, item, day)
        offers.append(_offer(offered, vendor, found))
    return PreviewedPurchase(
        item_id=item.id,
        base_quantity=measured.base_quantity,
        base_unit=item.unit,
        offers=sorted(offers, key=lambda each: not each.is_preferred),
    )


def _offered(work: Work, item: Item) -> Sequence[tuple[VendorItem, Vendor]]:
    """The active vendor items of an item whose vendors are active."""
    query = VendorItemQuery(item_id=item.id, status=LifecycleStatus.ACTIVE, limit=MAX_LIMIT)
    found = service.page(work.call, query).data
    work.fetch(*(vendors.ref(work, each.vendor_id) for each in found))
    pairs = ((each, vendors.in_use(work, each.vendor_id)) for each in found)
    return [(each, vendor) for each, vendor in pairs if vendor is not None]


def _offer(offered: VendorItem, vendor: Vendor, found: ToOrder | None) -> VendorOffer:
    problem = OfferProblem.UNKNOWN_UNIT if found is None else None
    if found is not None and max(found.quantity, found.base_quantity) >= MOST:
        found, problem = None, OfferProblem.OUT_OF_RANGE
    price = found.price if found is not None else None
    total = found.total if found is not None else None
    return VendorOffer(
        vendor_item_id=offered.id,
        vendor_id=vendor.id,
        vendor_sku=offered.vendor_sku,
        is_preferred=offered.is_preferred,
        quantity=found.quantity if found is not None else None,
        unit=offered.unit,
        base_quantity=found.base_quantity if found is not None else None,
        amount=Price(price.amount) if price is not None else None,
        per=price.per if price is not None else None,
        total=Total(total) if total is not None else None,
        currency=offered.currency,
        lead_time_days=vendor.lead_time_days if offered.lead_time_days is None else offered.lead_time_days,
        problem=problem,
    )
