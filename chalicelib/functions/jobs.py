"""The function on the jobs queue."""

from typing import Any

import msgspec
from chalice.app import Blueprint, SQSEvent

from chalicelib import modules
from chalicelib.functions import runtime
from chalicelib.jobs import worker
from chalicelib.jobs.queue import JobMessage
from chalicelib.kernel.call import Call
from chalicelib.kernel.tenant import Tenant

modules.load_jobs()
blueprint = Blueprint(__name__)
QUEUE = runtime.arn("NOVEX_JOBS_QUEUE_ARN", "arn:aws:sqs:us-east-1:000000000000:novex-local-jobs")


@blueprint.on_sqs_message(queue_arn=QUEUE, batch_size=1)
def run_jobs(event: SQSEvent) -> Any:
    """Works on jobs. A message is delivered again when the job's state could not be stored; one that cannot be read
    ends in the dead-letter queue."""
    with runtime.invocation("run_jobs", event.context) as running:

        def run(record: runtime.Record) -> None:
            message = msgspec.json.decode(record["body"], type=JobMessage)
            call = Call.system(Tenant(message.tenant), "jobs", running.request_id or None)
            worker.run(call, message.job_id, running.deadline)

        return runtime.messages("job message failed", event.to_dict()["Records"], running.deadline, run)
