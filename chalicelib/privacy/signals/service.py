"""Reading of privacy signals."""

from datetime import date

from chalicelib.access import privacy_signals
from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import to_struct
from chalicelib.kernel.months import all_months
from chalicelib.kernel.pages import Page
from chalicelib.privacy.signals.schemas import GpcSupport, PrivacySignal, SignalQuery

SUPPORT = GpcSupport(gpc=True, last_update=date(2026, 11, 27))
"""What /.well-known/gpc.json answers; the day changes only when the meaning of the signal here does."""
_VIEWS = (all_months(privacy_signals.PrivacySignal.partition),)


def page(call: Call, query: SignalQuery) -> Page[PrivacySignal]:
    """A page of the signals that were sent, newest day first."""
    with clock.shown_by(None):  # signals are recorded at the real time, as requests are
        rows, cursor = paginate(privacy_signals.PrivacySignal, _VIEWS, call, query)
    return Page([to_struct(row, PrivacySignal) for row in rows], cursor)
