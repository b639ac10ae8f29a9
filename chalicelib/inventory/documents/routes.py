"""Stock documents over HTTP."""

from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.inventory.documents import arrive, reverse, service
from chalicelib.inventory.documents.document_schemas import (
    StockDocument,
    StockDocumentId,
    StockDocumentLine,
    StockDocumentLineQuery,
    StockDocumentQuery,
    StockDocumentSummary,
)
from chalicelib.inventory.documents.schemas import (
    ArrivingStock,
    ReverseStockDocument,
    StockAdjustment,
    StockOpening,
    StockReceipt,
    StockTransfer,
)
from chalicelib.inventory.periods.errors import PeriodClosed
from chalicelib.inventory.stock.errors import InsufficientStock, StockMoved
from chalicelib.kernel.errors import TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.pages import Page

routes = Routes(__name__, "Stock documents", "What moves stock: opening stock, receipts, adjustments, transfers.")
_HIDDEN = {"item.cost": ("lines/unit_cost",)}
_AT = "/v1/stock/documents/{id}"


@routes.post(
    "/v1/stock/openings",
    permission="stock.adjust",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
    status=201,
    location=_AT,
    asynchronous=True,
    large=True,
    errors=[PeriodClosed],
)
def open_stock(request: Request[StockOpening, NoQuery]) -> Answer[StockDocument]:
    """Enter opening stock of up to 10,000 lines.

    What there was before NovexERP, with what it has cost. More lines than one transaction holds, about 40, are posted
    by a job: the answer is 202, and each line is there as soon as it is posted.
    """
    service.make_room(request.call, [line.item_id for line in request.body.lines])
    return request.commit(service.open_stock, request.body)


@routes.post(
    "/v1/stock/receipts",
    permission="stock.receive",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
    status=201,
    location=_AT,
    asynchronous=True,
    large=True,
    errors=[PeriodClosed],
)
def receive_stock(request: Request[StockReceipt, NoQuery]) -> Answer[StockDocument]:
    """Receive goods of up to 10,000 lines.

    Those who wait for them get them first, in the order of their turns. More lines than one transaction holds, about
    40, are posted by a job: the answer is 202, and each line can be promised as soon as it is posted.
    """
    service.make_room(request.call, [line.item_id for line in request.body.lines])
    return request.commit(service.receive, request.body)


@routes.post(
    "/v1/stock/adjustments",
    permission="stock.adjust",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
    status=201,
    location=_AT,
    asynchronous=True,
    large=True,
    errors=[PeriodClosed, InsufficientStock, StockMoved],
)
def adjust_stock(request: Request[StockAdjustment, NoQuery]) -> Answer[StockDocument]:
    """Adjust up to 10,000 quantities on hand, with a reason.

    By a difference, or to what was counted. What has been found is recorded, also when more is committed than is left;
    then the orders that come last wait again. Refused when more is removed than lies at the location. More lines than
    one transaction holds, about 40, are posted by a job, which leaves out and names what cannot be removed or has moved
    since it was counted.
    """
    service.make_room(request.call, [line.item_id for line in request.body.lines])
    return request.commit(service.adjust, request.body)


@routes.post(
    "/v1/stock/transfers",
    permission="stock.transfer",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
    status=201,
    location=_AT,
    asynchronous=True,
    large=True,
    errors=[PeriodClosed, InsufficientStock],
)
def transfer_stock(request: Request[StockTransfer, NoQuery]) -> Answer[StockDocument]:
    """Transfer stock between locations, on up to 10,000 lines.

    Within a warehouse whatever lies at a location, into another warehouse what is available; refused when there is
    less. Both sides change at the same time, or with `in_transit` the goods leave now and arrive later. More lines than
    one transaction holds, about 20, are posted by a job, which leaves out and names those of which there is less.
    """
    return request.commit(service.transfer, request.body)


@routes.get(
    "/v1/stock/documents",
    permission="stock.read",
    scope=Scope.FILTERED,
)
def list_stock_documents(request: Request[NoBody, StockDocumentQuery]) -> Page[StockDocumentSummary]:
    """List stock documents.

    All, those of a month or those of a vendor, newest first; or the transfers that are in transit, oldest first. Lines
    are left out.
    """
    return service.page(request.call, request.query)


@routes.get(
    "/v1/stock/documents/{document_id}",
    permission="stock.read",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
)
def read_stock_document(request: Request[NoBody, NoQuery], document_id: StockDocumentId) -> StockDocument:
    """Read a stock document.

    With its first lines, and what was on hand after each.
    """
    return service.read(request.call, document_id)


@routes.get(
    "/v1/stock/documents/{document_id}/lines",
    permission="stock.read",
    scope=Scope.FILTERED,
    hidden_without={"item.cost": ("unit_cost",)},
)
def list_stock_document_lines(
    request: Request[NoBody, StockDocumentLineQuery], document_id: StockDocumentId
) -> Page[StockDocumentLine]:
    """List the lines of a stock document.

    In their order; all, or those that a job has left out.
    """
    return service.page_lines(request.call, document_id, request.query)


@routes.post(
    "/v1/stock/documents/{transfer_id}/arrive",
    permission="stock.transfer",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
    change=True,
    asynchronous=True,
    large=True,
    errors=[TransitionRefused, PeriodClosed],
)
def arrive_stock(request: Request[ArrivingStock, NoQuery], transfer_id: StockDocumentId) -> Answer[StockDocument]:
    """Record what arrives of a transfer.

    In one or several parts; what was damaged or lost on the way is told with it. When nothing is on its way any more,
    the transfer is posted. More lines than one transaction holds, about 20, are taken in by a job.
    """
    return request.commit(arrive.arrive, transfer_id, request.body)


@routes.post(
    "/v1/stock/documents/{document_id}/reverse",
    permission="stock.adjust",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
    change=True,
    asynchronous=True,
    errors=[TransitionRefused, PeriodClosed, InsufficientStock],
)
def reverse_stock_document(
    request: Request[ReverseStockDocument, NoQuery], document_id: StockDocumentId
) -> Answer[StockDocument]:
    """Reverse a stock document.

    Another document takes it back, and is returned. What it brought goes, also when it is committed by now; then the
    orders that come last wait again. Refused when it does not lie there any more. A large document is taken back by a
    job, which leaves out and names the lines that do not lie there any more.
    """
    return request.commit(reverse.reverse, document_id, request.body)
