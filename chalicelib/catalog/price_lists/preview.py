"""The preview of prices: what a sale would cost, and why, without writing anything."""

from collections.abc import Sequence

from chalicelib.catalog.items import named, units
from chalicelib.catalog.items.schemas import Item
from chalicelib.catalog.price_lists import rules, service
from chalicelib.catalog.price_lists.finding_schemas import (
    PreviewedPrice,
    PreviewedPrices,
    PricePreview,
    PriceRequest,
    SaleTerms,
)
from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.work import Work


def preview(call: Call, command: PricePreview) -> PreviewedPrices:
    """The price of each line, with everything that was considered. Invalid for unknown items, lists and units."""
    work = Work(call)
    if command.price_list_id is not None:
        service.known(work, [(command.price_list_id, "/price_list_id")])
    pointers = [f"/lines/{index}" for index in range(len(command.lines))]
    found = named.items(work, [(line.item_id, line.sku) for line in command.lines], pointers)
    requests = _requests(command, found)
    terms = SaleTerms(
        currency=command.currency,
        customer_list_id=command.price_list_id,
        group=command.customer_group,
        channel=command.channel,
    )
    answers = service.find_prices(work, requests, terms)
    reasons = service.explain_prices(work, requests, terms)
    return PreviewedPrices(
        lines=[
            PreviewedPrice(
                item_id=request.item.id, unit=request.unit, quantity=request.quantity, price=answer, considered=reason
            )
            for request, answer, reason in zip(requests, answers, reasons, strict=True)
        ]
    )


def _requests(command: PricePreview, found: Sequence[Item]) -> list[PriceRequest]:
    problems: list[FieldError] = []
    requests = []
    for index, (line, item) in enumerate(zip(command.lines, found, strict=True)):
        unit = line.unit or item.unit
        factor = rules.factor_to_base(item, unit)
        problems += units.errors(line.quantity, unit, f"/lines/{index}/quantity")
        if factor is None:
            says = f"The item is not counted in {unit}."
            problems.append(FieldError(f"/lines/{index}/unit", "unknown_unit", says))
        else:
            day = command.day or clock.now().date()
            requests.append(PriceRequest(item=item, unit=unit, factor=factor, quantity=line.quantity, day=day))
    if problems:
        raise Invalid(errors=problems)
    return requests
