"""Imports over HTTP."""

from chalicelib.bulk.imports import service
from chalicelib.bulk.imports.errors import NothingUploaded
from chalicelib.bulk.imports.schemas import (
    Import,
    ImportId,
    ImportQuery,
    ImportRow,
    ImportRowsQuery,
    ImportTemplate,
    ImportTemplateQuery,
    NewImport,
)
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.kernel.errors import Invalid, TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.pages import Page
from chalicelib.kernel.quotas import QuotaReached

routes = Routes(__name__, "Imports", "Files whose rows become documents, with every error of every row.")


@routes.get("/v1/import-templates", permission="import.read")
def read_import_template(request: Request[NoBody, ImportTemplateQuery]) -> ImportTemplate:
    """Read what a file looks like.

    All columns of a kind with descriptions, and a file with an example that can be saved and filled in.
    """
    return service.template(request.call, request.query.kind)


@routes.post(
    "/v1/imports",
    permission="import.write",
    status=201,
    location="/v1/imports/{id}",
    errors=[QuotaReached],
)
def create_import(request: Request[NewImport, NoQuery]) -> Answer[Import]:
    """Prepare an import.

    The answer says how to upload the file; start the import after that. It needs the permission to write documents of
    the kind too.
    """
    return request.commit(service.create, request.body)


@routes.get("/v1/imports", permission="import.read")
def list_imports(request: Request[NoBody, ImportQuery]) -> Page[Import]:
    """List imports, newest first.

    All imports of the kinds that the caller may read, or those in a state or of a kind. A page may have fewer than
    `limit`.
    """
    return service.page(request.call, request.query)


@routes.get("/v1/imports/{import_id}", permission="import.read")
def read_import(request: Request[NoBody, NoQuery], import_id: ImportId) -> Import:
    """Read an import.

    Ask again every few seconds until its state is `done`, `failed` or `cancelled`. Links in it are new with every
    answer.
    """
    return service.read(request.call, import_id)


@routes.post(
    "/v1/imports/{import_id}/start",
    permission="import.write",
    asynchronous=True,
    errors=[TransitionRefused, NothingUploaded, Invalid],
)
def start_import(request: Request[NoBody, NoQuery], import_id: ImportId) -> Answer[Import]:
    """Start an import whose file is uploaded.

    Refused when the file cannot be read or its columns do not fit, with every wrong column; then upload another file. A
    job works on the rows of the file as it is now; a later upload changes nothing.
    """
    return request.stored() or request.commit(service.start, import_id, service.uploaded(request.call, import_id))


@routes.post("/v1/imports/{import_id}/cancel", permission="import.write", errors=[TransitionRefused])
def cancel_import(request: Request[NoBody, NoQuery], import_id: ImportId) -> Answer[Import]:
    """Cancel an import.

    Rows that are written stay. It needs no If-Match, because an import changes all the time. Refused when it has ended.
    """
    return request.commit(service.cancel, import_id)


@routes.get("/v1/imports/{import_id}/rows", permission="import.read")
def list_import_rows(request: Request[NoBody, ImportRowsQuery], import_id: ImportId) -> Page[ImportRow]:
    """List the failed rows of an import.

    All of them, each with all its errors, in the order of the file. They are kept for seven days.
    """
    return service.failed_rows(request.call, import_id, request.query)
