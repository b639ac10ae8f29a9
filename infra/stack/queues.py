"""Queues: each work queue with its dead-letter queue, and the failure destinations of functions."""

from collections.abc import Iterable, Mapping
from typing import Any

from infra.stack.names import wake_queue_id
from infra.stack.values import DAY_SECONDS, Resources, arn, plain, retained, sub, tags

MAX_RECEIVES = 5
VISIBILITY_FACTOR = 6
"""The visibility timeout as a multiple of the consumer's timeout, as AWS recommends: Lambda's retries on throttling
must fit into it."""
WAKES_VISIBILITY_FACTOR = 2
"""Less for wakes: each has a message group of its own, which waits while a worker that was killed is not replaced; and
the event source never takes more messages than it has workers."""
WAKES_MAX_RECEIVES = 10
"""More than the attempts after which a consumer parks an entry that kills its worker."""
KEPT_DAYS = 4
DEAD_KEPT_DAYS = 14

WORK_QUEUES = {"process_inbox": "InboxQueue", "run_jobs": "JobsQueue"}
"""Consuming function to the logical id of its queue; the dead-letter queue of a queue is `<queue>Dead`."""
FAILURE_QUEUES = {"FeedFailures": "feed-failures", "EventFailures": "event-failures"}
"""The destinations of streams (FeedFailures) and asynchronous events (EventFailures) after their last attempt."""
_NAMES = {"InboxQueue": "inbox", "JobsQueue": "jobs"}


WAKES_CONSUMER = "run_consumers"
"""The function on all queues of wakes."""


def dead_letters(wake_queues: Iterable[str]) -> list[str]:
    """The logical ids of all queues that should always be empty."""
    consumed = [*WORK_QUEUES.values(), *map(wake_queue_id, wake_queues)]
    return [*(f"{logical}Dead" for logical in consumed), *FAILURE_QUEUES]


def resources(stage: str, timeouts: Mapping[str, int], wake_queues: Iterable[str]) -> Resources:
    """All queues. timeouts: the timeouts of the functions in seconds. wake_queues: the names of consumers' queues."""
    made: Resources = {}
    for function, logical in WORK_QUEUES.items():
        made |= _work(logical, _NAMES[logical], stage, VISIBILITY_FACTOR * timeouts[function], MAX_RECEIVES)
    for name in wake_queues:
        logical, visibility = wake_queue_id(name), WAKES_VISIBILITY_FACTOR * timeouts[WAKES_CONSUMER]
        made |= _work(logical, f"wakes-{name}", stage, visibility, WAKES_MAX_RECEIVES, is_fifo=True)
    for logical, name in FAILURE_QUEUES.items():
        made[logical] = retained("AWS::SQS::Queue", _queue(f"novex-{stage}-{name}", stage, DEAD_KEPT_DAYS))
    made |= {f"{logical}Policy": _tls_only(logical) for logical in list(made)}
    return made


def _work(
    logical: str, name: str, stage: str, visibility: int, max_receives: int, *, is_fifo: bool = False
) -> Resources:
    """A queue and its dead-letter queue, which is retained."""
    suffix = ".fifo" if is_fifo else ""
    dead = _queue(f"novex-{stage}-{name}-dead{suffix}", stage, DEAD_KEPT_DAYS)
    work = _queue(f"novex-{stage}-{name}{suffix}", stage, KEPT_DAYS) | {
        "VisibilityTimeout": visibility,
        "RedrivePolicy": {"deadLetterTargetArn": arn(f"{logical}Dead"), "maxReceiveCount": max_receives},
    }
    if is_fifo:
        dead |= {"FifoQueue": True}
        work |= {
            "FifoQueue": True,
            "DeduplicationScope": "messageGroup",
            "FifoThroughputLimit": "perMessageGroupId",
        }
    return {f"{logical}Dead": retained("AWS::SQS::Queue", dead), logical: plain("AWS::SQS::Queue", work)}


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
