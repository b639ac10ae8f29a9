"""The data map and the record of processing over HTTP."""

from chalicelib.edge import page
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.kernel.idempotency import Answer
from chalicelib.privacy.data_map import rendering, service
from chalicelib.privacy.data_map.schemas import DataMap, DataMapQuery, ImpactAssessment, ProcessingRecord

routes = Routes(__name__, "Privacy")


@routes.get(
    "/v1/privacy/data-map",
    permission="data_map.read",
)
def read_data_map(request: Request[NoBody, DataMapQuery]) -> DataMap:
    """Read which data is stored.

    Every stored field with its class, what it is used for and why, whom it may be sent to, how long it is kept, and
    what an erasure does with it. It is made from the declarations of the code.
    """
    return service.data_map(request.query)


@routes.get(
    "/v1/privacy/data-map.csv",
    permission="data_map.read",
    media_type="text/csv",
)
def read_data_map_as_csv(request: Request[NoBody, DataMapQuery]) -> Answer[str]:
    """Read which data is stored, as CSV.

    A line for each field, for a spreadsheet.
    """
    headers = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": 'attachment; filename="data-map.csv"',
    }
    return Answer(200, headers, rendering.csv(service.data_map(request.query).tables).encode())


@routes.get(
    "/v1/privacy/processing-record",
    permission="data_map.read",
)
def read_processing_record(request: Request[NoBody, NoQuery]) -> ProcessingRecord:
    """Read the record of processing activities.

    What GDPR Art. 30 asks for, as far as a program knows it; `to_be_supplied` says what your company adds.
    """
    return service.record(request.call)


@routes.get(
    "/v1/privacy/processing-record.html",
    permission="data_map.read",
    media_type="text/html",
)
def read_processing_record_as_page(request: Request[NoBody, NoQuery]) -> Answer[str]:
    """Read the record of processing activities as a page.

    The same as an HTML page to print or to send.
    """
    return Answer(200, page.HEADERS, rendering.page(service.record(request.call)).encode())


@routes.get(
    "/v1/privacy/impact-assessment",
    permission="data_map.read",
)
def read_impact_assessment(request: Request[NoBody, NoQuery]) -> ImpactAssessment:
    """Read a sheet for a data protection impact assessment.

    What GDPR Art. 35 asks for, filled as far as a program knows it; `questions` are your company's to answer.
    """
    return service.impact_assessment(request.call)


@routes.get(
    "/v1/privacy/impact-assessment.html",
    permission="data_map.read",
    media_type="text/html",
)
def read_impact_assessment_as_page(request: Request[NoBody, NoQuery]) -> Answer[str]:
    """Read a sheet for a data protection impact assessment as a page.

    The same as an HTML page to print and fill in.
    """
    return Answer(200, page.HEADERS, rendering.impact_page(service.impact_assessment(request.call)).encode())
