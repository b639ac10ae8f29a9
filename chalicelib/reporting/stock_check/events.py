"""Events of the self-check of stock."""

from chalicelib.kernel.events import Event

CHECK_STARTED = Event("stock.check_started", "A check of stock began.", entity="job", starts_job=True)
