"""The function that stores the gateway's access log; CloudWatch Logs delivers its lines in batches."""

import base64
import gzip

import msgspec
from chalice.app import Blueprint

from chalicelib import modules  # noqa: F401 - registers all packages, for the index of their routes
from chalicelib.audit.access_log import service
from chalicelib.functions import runtime

blueprint = Blueprint(__name__)


class _LogEvent(msgspec.Struct):
    message: str


class _Packed(msgspec.Struct):
    data: str


class _Event(msgspec.Struct):
    awslogs: _Packed


class _Delivery(msgspec.Struct):
    log_events: list[_LogEvent] = msgspec.field(name="logEvents", default_factory=list)


@blueprint.lambda_function()
def intake_access_log(event: object, context: object) -> dict[str, int]:
    """Stores the lines of one delivery. Raises when the store does not take them: the delivery is then repeated."""
    with runtime.invocation("intake_access_log", context):
        packed = base64.b64decode(msgspec.convert(event, _Event).awslogs.data)
        delivery = msgspec.json.decode(gzip.decompress(packed), type=_Delivery)
        return {"stored": service.intake(line.message for line in delivery.log_events)}
