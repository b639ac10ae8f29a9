"""Exports over HTTP."""

from chalicelib.bulk.exports import service
from chalicelib.bulk.exports.schemas import Export, ExportId, ExportQuery, NewExport
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.pages import Page
from chalicelib.kernel.quotas import QuotaReached

routes = Routes(__name__, "Exports", "All documents of a kind as a file, which can be imported again.")


@routes.post("/v1/exports", permission="export.write", asynchronous=True, errors=[QuotaReached])
def create_export(request: Request[NewExport, NoQuery]) -> Answer[Export]:
    """Export documents to a CSV file.

    A job writes the file. It needs the permission to read documents of the kind too; fields that the caller may not see
    are left out.
    """
    return request.commit(service.start, request.body)


@routes.get("/v1/exports", permission="export.read")
def list_exports(request: Request[NoBody, ExportQuery]) -> Page[Export]:
    """List exports, newest first.

    All exports that the caller may read, or those in a state or of a kind. A page may have fewer than `limit`.
    """
    return service.page(request.call, request.query)


@routes.get("/v1/exports/{export_id}", permission="export.read")
def read_export(request: Request[NoBody, NoQuery], export_id: ExportId) -> Export:
    """Read an export, with the link to its file.

    Ask again every few seconds until its state is `done`, `failed` or `cancelled`. The link is new with every answer.
    """
    return service.read(request.call, export_id)
