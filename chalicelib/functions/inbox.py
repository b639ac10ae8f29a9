"""The function on the inbox queue."""

from typing import Any

import msgspec
from chalice.app import Blueprint, SQSEvent

from chalicelib.functions import runtime
from chalicelib.integrations.connections.schemas import Platform
from chalicelib.integrations.inbox import worker
from chalicelib.integrations.inbox.intake import DeliveryMessage
from chalicelib.integrations.shopify import service as shopify
from chalicelib.kernel.tenant import Tenant

runtime.hide_personal_fields()
blueprint = Blueprint(__name__)
QUEUE = runtime.arn("NOVEX_INBOX_QUEUE_ARN", "arn:aws:sqs:us-east-1:000000000000:novex-local-inbox")
HANDLERS: dict[Platform, worker.Handler] = {Platform.SHOPIFY: shopify.process}


@blueprint.on_sqs_message(queue_arn=QUEUE, batch_size=5)
def process_inbox(event: SQSEvent) -> Any:
    """Works on deliveries. A message is delivered again when its delivery could not be finished, or when the time was
    over before its turn; one that cannot be read ends in the dead-letter queue."""
    with runtime.invocation("process_inbox", event.context) as running:
        return runtime.messages("inbox message failed", event.to_dict()["Records"], running.deadline, _process)


def _process(record: runtime.Record) -> None:
    message = msgspec.json.decode(record["body"], type=DeliveryMessage)
    worker.process(Tenant(message.tenant), message.delivery, HANDLERS)
