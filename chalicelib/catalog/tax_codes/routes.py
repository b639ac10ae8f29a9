"""Tax codes over HTTP."""

from chalicelib.access.scope import Scope
from chalicelib.bulk import upserts
from chalicelib.bulk.schemas import BulkKey, BulkResult
from chalicelib.catalog.tax_codes import bulk, service
from chalicelib.catalog.tax_codes.bulk_schemas import TaxCodesUpsert
from chalicelib.catalog.tax_codes.schemas import NewTaxCode, TaxCode, TaxCodeChange, TaxCodeId, TaxCodeQuery
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.kernel.errors import AlreadyExists, TooManyActions, TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.pages import Page

routes = Routes(__name__, "Tax codes", "Kinds of goods and services for taxes, with their rates by place and date.")


@routes.post(
    "/v1/tax-codes",
    permission="tax_code.write",
    scope=Scope.ANY,
    status=201,
    location="/v1/tax-codes/{id}",
    errors=[AlreadyExists],
)
def create_tax_code(request: Request[NewTaxCode, NoQuery]) -> Answer[TaxCode]:
    """Create a tax code.

    Refused when another one has the code, and when two rates hold in one place on one day.
    """
    return request.commit(service.create, request.body)


@routes.get(
    "/v1/tax-codes",
    permission="tax_code.read",
    scope=Scope.ANY,
)
def list_tax_codes(request: Request[NoBody, TaxCodeQuery]) -> Page[TaxCode]:
    """List tax codes.

    All, or the one with a code; each can be filtered by status, kind and country.
    """
    return service.page(request.call, request.query)


@routes.get(
    "/v1/tax-codes/{tax_code_id}",
    permission="tax_code.read",
    scope=Scope.ANY,
)
def read_tax_code(request: Request[NoBody, NoQuery], tax_code_id: TaxCodeId) -> TaxCode:
    """Read a tax code.

    Also when it is archived.
    """
    return service.read(request.call, tax_code_id)


@routes.patch(
    "/v1/tax-codes/{tax_code_id}",
    permission="tax_code.write",
    scope=Scope.ANY,
    errors=[AlreadyExists],
)
def update_tax_code(request: Request[TaxCodeChange, NoQuery], tax_code_id: TaxCodeId) -> Answer[TaxCode]:
    """Change a tax code.

    What documents have charged already does not change. Refused when another tax code has the code, and when two rates
    hold in one place on one day.
    """
    return request.commit(service.update, tax_code_id, request.body)


@routes.post(
    "/v1/tax-codes/{tax_code_id}/archive",
    permission="tax_code.write",
    scope=Scope.ANY,
    change=True,
    errors=[TransitionRefused],
)
def archive_tax_code(request: Request[NoBody, NoQuery], tax_code_id: TaxCodeId) -> Answer[TaxCode]:
    """Archive a tax code.

    No more items can be given it; those that have it keep it.
    """
    return request.commit(service.archive, tax_code_id)


@routes.post(
    "/v1/tax-codes/{tax_code_id}/restore",
    permission="tax_code.write",
    scope=Scope.ANY,
    change=True,
    errors=[TransitionRefused],
)
def restore_tax_code(request: Request[NoBody, NoQuery], tax_code_id: TaxCodeId) -> Answer[TaxCode]:
    """Restore an archived tax code.

    Items can be given it again.
    """
    return request.commit(service.restore, tax_code_id)


@routes.post(
    "/v1/tax-codes/bulk-upsert",
    permission="tax_code.write",
    scope=Scope.ANY,
    rows="tax_codes",
    errors=[AlreadyExists, TooManyActions],
)
def bulk_upsert_tax_codes(request: Request[TaxCodesUpsert, NoQuery]) -> Answer[BulkResult]:
    """Create or change up to 100 tax codes, matched by code.

    With `on_error` `skip_rows`, valid rows are written and errors are returned by row; with `all_or_nothing`, the
    request is refused when a row is invalid.
    """
    body = request.body
    return upserts.answer(request, bulk.TAX_CODES, body.tax_codes, "tax_codes", body.on_error, BulkKey.CODE)
