"""Settings of the functions that Chalice does not support: logs, environment, event sources, failure destinations."""

from collections.abc import Iterable, Sequence
from typing import Any

from infra.stack.names import camel, logical_id, table_id, wake_queue_id
from infra.stack.queues import WAKES_CONSUMER, WORK_QUEUES
from infra.stack.values import Resource, Resources, arn, plain, ref, sub, tags

LOG_DAYS = 90
STREAM_FILTERS = {"sequence_journal": '{"eventName":["INSERT"]}', "dispatch_changes": '{"eventName":["MODIFY"]}'}
"""The event names for each function: an entry is inserted by its commit, and modified once, when it is numbered."""
STREAM_TABLE = "journal"
STREAM_ATTEMPTS = 10
STREAM_AGE_SECONDS = 3600
"""Records that fail for longer are not lost, because the reconciler processes what the stream missed."""
STREAM_LANES = 4
"""Concurrent batches for each shard; the order within a tenant and month is preserved."""
STREAM_WINDOW_SECONDS = {"sequence_journal": 1, "dispatch_changes": 0}
"""How long a batch is gathered: numbering several entries at once costs half as much as one by one."""
QUEUE_CONCURRENCY = {"process_inbox": 10, "run_jobs": 5}
WAKES_CONCURRENCY = 20
"""Consumers at work at once for each queue: many more than the slots of one slow consumer."""
LOOPING = frozenset({WAKES_CONSUMER, *WORK_QUEUES})
"""Functions that send to their own queue on purpose; Lambda would stop them after about 16 rounds."""
EVENT_RETRIES = {"intake_access_log": 2, "reconcile": 0, "wake_consumers": 0, "sweep_retention": 1}
"""Retries of asynchronous invocations: access-log lines are sent only once, the reconciler runs every five minutes."""
EVENT_AGE_SECONDS = 3600


def resources(functions: Iterable[str], wake_queues: Sequence[str], stage: str) -> Resources:
    """The settings of the application's functions; the authorizer gets only the variables that it needs."""
    made: Resources = {}
    for function in functions:
        logical = logical_id(function)
        made[f"{logical}LogGroup"] = plain(
            "AWS::Logs::LogGroup",
            {"LogGroupName": f"/novex/{stage}/{function}", "RetentionInDays": LOG_DAYS, "Tags": tags(stage)},
        )
        made[logical] = {"Properties": _properties(function, wake_queues, stage)}
    return made


def _properties(function: str, wake_queues: Sequence[str], stage: str) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "FunctionName": f"novex-{stage}-{function}",
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": ref(f"{logical_id(function)}LogGroup")},
    }
    if function != "authorize":
        properties["Environment"] = {
            "Variables": {
                "NOVEX_BUCKET": ref("Bucket"),
                "NOVEX_INBOX_QUEUE_URL": ref("InboxQueue"),
                "NOVEX_JOBS_QUEUE_URL": ref("JobsQueue"),
                **{f"NOVEX_WAKES_{name.upper()}_QUEUE_URL": ref(wake_queue_id(name)) for name in wake_queues},
            }
        }
    if function in STREAM_FILTERS:
        properties["Events"] = {f"{camel(function)}DynamodbEventSource": {"Properties": _stream(function)}}
    if function in WORK_QUEUES:
        properties["Events"] = {f"{camel(function)}SqsEventSource": {"Properties": _queue(function)}}
    if function == WAKES_CONSUMER:
        properties["Events"] = {
            wake_queue_id(name): {"Type": "SQS", "Properties": _wakes(name)} for name in wake_queues
        }
    if function in LOOPING:
        properties["RecursiveLoop"] = "Allow"
    if function in EVENT_RETRIES:
        properties["EventInvokeConfig"] = _asynchronous(function)
    return properties


def _stream(function: str) -> Resource:
    return {
        "Stream": {"Fn::GetAtt": [table_id(STREAM_TABLE), "StreamArn"]},
        "StartingPosition": "TRIM_HORIZON",
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "BisectBatchOnFunctionError": True,
        "MaximumRetryAttempts": STREAM_ATTEMPTS,
        "MaximumRecordAgeInSeconds": STREAM_AGE_SECONDS,
        "MaximumBatchingWindowInSeconds": STREAM_WINDOW_SECONDS[function],
        "ParallelizationFactor": STREAM_LANES,
        "FilterCriteria": {"Filters": [{"Pattern": STREAM_FILTERS[function]}]},
        "DestinationConfig": {"OnFailure": {"Type": "SQS", "Destination": arn("FeedFailures")}},
    }


def _queue(function: str) -> Resource:
    return {
        "Queue": sub(f"${{{WORK_QUEUES[function]}.Arn}}"),
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "ScalingConfig": {"MaximumConcurrency": QUEUE_CONCURRENCY[function]},
    }


def _wakes(name: str) -> Resource:
    """One message an invocation, so that no consumer waits for another one."""
    return {
        "Queue": arn(wake_queue_id(name)),
        "BatchSize": 1,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "ScalingConfig": {"MaximumConcurrency": WAKES_CONCURRENCY},
    }


def _asynchronous(function: str) -> Resource:
    return {
        "MaximumRetryAttempts": EVENT_RETRIES[function],
        "MaximumEventAgeInSeconds": EVENT_AGE_SECONDS,
        "DestinationConfig": {"OnFailure": {"Type": "SQS", "Destination": arn("EventFailures")}},
    }
