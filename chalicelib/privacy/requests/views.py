"""What callers are shown of a request."""

from chalicelib.kernel import clock
from chalicelib.kernel.calendars import Calendar
from chalicelib.kernel.mapping import to_struct
from chalicelib.privacy.requests import clocks, timing
from chalicelib.privacy.requests.schemas import PrivacyRequest
from chalicelib.privacy.requests.states import PRIVACY_REQUEST
from chalicelib.privacy.requests.tables import PrivacyRequest as Row


def full(row: Row, days: Calendar) -> PrivacyRequest:
    """The request as those see it who answer it."""
    return to_struct(
        row,
        PrivacyRequest,
        acknowledge_by=clocks.acknowledge_by(row.law, row.received_at, days),
        law_source=clocks.TERMS[row.law].source,
        recipients=row.recipients or [],
        clock_share=timing.share(row, clock.now()),
        allowed_transitions=PRIVACY_REQUEST.allowed(row),
    )
