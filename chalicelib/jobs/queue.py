"""The jobs queue: a message names a job, nothing else. Only the consumer below and the worker send to it."""

from collections.abc import Sequence

import msgspec

from chalicelib.events.schemas import Change
from chalicelib.kernel import config
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import client
from chalicelib.kernel.tenant import Tenant

_LONGEST_DELAY_SECONDS = 900
"""The longest delay that SQS takes; a job that has to wait longer is received and sent again."""


class JobMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    tenant: str
    job_id: str


def send(tenant: Tenant, job_id: str, wait_seconds: float = 0) -> None:
    """Puts a job on the queue, to be received after `wait_seconds`. Sending it twice does no harm."""
    client.aws("sqs").send_message(
        QueueUrl=config.current().jobs_queue_url,
        MessageBody=msgspec.json.encode(JobMessage(tenant.id, job_id)).decode(),
        DelaySeconds=min(_LONGEST_DELAY_SECONDS, max(0, round(wait_seconds))),
    )


def start(call: Call, changes: Sequence[Change]) -> None:
    """Queues the jobs that commits have started; the queue delivers them again until they are done."""
    for change in changes:
        if change.job is not None:
            send(call.tenant, change.job)
