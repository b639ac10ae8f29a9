"""Queues: each work queue with its dead-letter queue, and the failure destinations of functions."""

from collections.abc import Mapping
from typing import Any

from infra.stack.values import DAY_SECONDS, Resources, arn, plain, retained, sub, tags

MAX_RECEIVES = 5
VISIBILITY_FACTOR = 6
"""The visibility timeout as a multiple of the consumer's timeout, as AWS recommends: Lambda's retries on throttling
must fit into it."""
KEPT_DAYS = 4
DEAD_KEPT_DAYS = 14

WORK_QUEUES = {"process_inbox": "InboxQueue", "run_jobs": "JobsQueue"}
"""Consuming function to the logical id of its queue; the dead-letter queue of a queue is `<queue>Dead`."""
FAILURE_QUEUES = {"FeedFailures": "feed-failures", "EventFailures": "event-failures"}
"""The destinations of streams (FeedFailures) and asynchronous events (EventFailures) after their last attempt."""
_NAMES = {"InboxQueue": "inbox", "JobsQueue": "jobs"}


def dead_letters() -> list[str]:
    """The logical ids of all queues that should always be empty."""
    return [*(f"{logical}Dead" for logical in WORK_QUEUES.values()), *FAILURE_QUEUES]


def resources(stage: str, timeouts: Mapping[str, int]) -> Resources:
    """All queues. timeouts: the timeouts of the functions in seconds."""
    made: Resources = {}
    for function, logical in WORK_QUEUES.items():
        name = f"novex-{stage}-{_NAMES[logical]}"
        made[f"{logical}Dead"] = retained("AWS::SQS::Queue", _queue(f"{name}-dead", stage, DEAD_KEPT_DAYS))
        made[logical] = plain(
            "AWS::SQS::Queue",
            _queue(name, stage, KEPT_DAYS)
            | {
                "VisibilityTimeout": VISIBILITY_FACTOR * timeouts[function],
                "RedrivePolicy": {"deadLetterTargetArn": arn(f"{logical}Dead"), "maxReceiveCount": MAX_RECEIVES},
            },
        )
    for logical, name in FAILURE_QUEUES.items():
        made[logical] = retained("AWS::SQS::Queue", _queue(f"novex-{stage}-{name}", stage, DEAD_KEPT_DAYS))
    made |= {f"{logical}Policy": _tls_only(logical) for logical in list(made)}
    return made


def _queue(name: str, stage: str, kept_days: int) -> dict[str, Any]:
    return {
        "QueueName": name,
        "SqsManagedSseEnabled": True,
        "MessageRetentionPeriod": kept_days * DAY_SECONDS,
        "Tags": tags(stage),
    }


def _tls_only(logical: str) -> dict[str, Any]:
    statement = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sqs:*",
        "Resource": arn(logical),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return {
        "Type": "AWS::SQS::QueuePolicy",
        "Properties": {
            "Queues": [sub(f"${{{logical}}}")],
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        },
    }
