"""Scanning over HTTP."""

from chalicelib.access.permissions import SELF
from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.search.scan import service
from chalicelib.search.scan.schemas import ScanAnswer, ScannedCode, ScanQuery

routes = Routes(__name__, "Scanning", "What a scanned code stands for.")


@routes.get(
    "/v1/scan",
    permission=SELF,
    scope=Scope.FILTERED,
)
def scan_text(request: Request[NoBody, ScanQuery]) -> ScanAnswer:
    """Tell what any scanned code is.

    For codes of every form, also those with slashes (GS1 Digital Link) or longer than 128 characters. A code that
    stands for nothing is no error here: the answer then has no matches.
    """
    return service.scan(request.call, request.query.code)


@routes.get(
    "/v1/scan/{code}",
    permission=SELF,
    scope=Scope.FILTERED,
)
def scan_code(request: Request[NoBody, NoQuery], code: ScannedCode) -> ScanAnswer:
    """Tell what a scanned code is.

    An item by SKU or barcode, with its unit; a location by code, an order by number, a shipment by tracking number;
    each also by id. Several things with the code are all told. A code of GS1 with several parts also tells lot, expiry,
    serial number and count. A code that stands for nothing is 404.
    """
    return service.read(request.call, code)
