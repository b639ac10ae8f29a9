"""The function on the queues of consumers."""

from collections.abc import Mapping, Sequence

import msgspec
from chalice.app import Blueprint

from chalicelib.events import consumers, wakes
from chalicelib.events.consumers import Outcome
from chalicelib.events.wakes import Wake
from chalicelib.functions import runtime
from chalicelib.kernel.tenant import Tenant

runtime.hide_personal_fields()
blueprint = Blueprint(__name__)


@blueprint.lambda_function()
def run_consumers(event: Mapping[str, Sequence[runtime.Record]], context: object) -> runtime.Failures:
    """Runs the consumer of one wake, for one tenant; each queue delivers one message an invocation.

    A message is delivered again only when this function could not store what it did, or was killed; a consumer that
    fails puts itself off, and one that has not finished is woken again.
    """
    with runtime.invocation("run_consumers", context) as running:

        def run(record: runtime.Record) -> None:
            wake = msgspec.json.decode(record["body"], type=Wake)
            is_repeated = int(record["attributes"]["ApproximateReceiveCount"]) > 1
            outcome = consumers.run(Tenant(wake.tenant), wake.consumer, running.deadline, is_repeated=is_repeated)
            if outcome is Outcome.UNFINISHED:
                wakes.renew([wake])

        return runtime.messages("a wake failed", event["Records"], running.deadline, run)
