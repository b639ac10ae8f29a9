"""The alarms, which all notify one topic. Each describes its meaning and refers to its section in docs/deploy.md."""

from collections.abc import Iterable, Sequence
from typing import Any

from infra.stack.functions import STREAM_FILTERS
from infra.stack.names import logical_id, wake_queue_id
from infra.stack.queues import WORK_QUEUES, dead_letters
from infra.stack.values import Resource, Resources, plain, ref, sub, tags

PERIOD = 300
ITERATOR_AGE_MS = 60_000
WAITING_SECONDS = {"InboxQueue": 300, "JobsQueue": 900}
WAKES_WAITING_SECONDS = 300
_RUNBOOK = "Run-book: docs/deploy.md, Alarms."
PRODUCT_METRICS = {
    "JournalMissed": "The stream was late: the reconciler numbered entries older than a minute",
    "ConsumerParked": "A consumer of the feed failed to process an entry and parked it",
    "AccessLinesUnreadable": "Lines of the access log could not be read",
    "InternalError": "A request failed with an unexpected error",
    "JobFailed": "A step of a job failed, or a job was given up",
    "DeliveriesFailed": "A delivery of a sales channel was given up",
    "DeliveriesQuarantined": "A delivery of a sales channel needs a manual decision",
    "KeycloakRefused": "Keycloak refused an administrator's change of a user or tenant",
    "RetentionOverdue": "Rows were there long after DynamoDB should have deleted them",
    "BreachClockHalf": "Half of a deadline of a personal data breach has passed",
    "BreachClockShort": "80 % of a deadline of a personal data breach have passed",
    "BreachOverdue": "A deadline of a personal data breach has passed",
    "ProcessorObjection": "A tenant objects to an announced change of the sub-processors",
    "MailRefused": "SES refused a mail: look at the sender's domain and at the account's sending limits",
    "PrivacyRequestOverdue": "A person's request about his data was not answered in its legal time",
    "RefusalUntold": "A refused dangerous operation could not be journaled",
    "PolicyUseUntold": "An acceptance of the privacy policy by use could not be written",
    "PolicyShowingUntold": "That a user was shown the privacy policy could not be written",
}
"""Metrics of the functions (kernel/log.py) that raise an alarm when they are above zero."""
LASTING_METRICS = {
    "KeycloakUnavailable": "Keycloak does not respond to the jobs that update it",
    "PieceFailed": "Work from streams, queues or schedules fails repeatedly",
    "RateLimiterBlind": "Requests are not counted, because the rate limiter cannot update the store",
    "ReconcileFailed": "The reconciler fails for a tenant",
}
"""Metrics of work that is retried automatically, which raise an alarm when they stay above zero."""
LASTING_PERIODS = 3


def resources(functions: Iterable[str], wake_queues: Sequence[str], stage: str) -> Resources:
    """The topic and all alarms, for the application's functions and the queues of consumers."""
    made: Resources = {"AlarmTopic": _topic(stage), "AlarmTopicPolicy": _topic_policy()}
    names = list(functions)
    made |= _api(stage)
    for function in names:
        made |= _function(function)
    for queue in dead_letters(wake_queues):
        made[f"{queue}Alarm"] = _queue(queue, "ApproximateNumberOfMessagesVisible", 0, "Something was given up on")
    for function, queue in WORK_QUEUES.items():
        if function in names:
            late = _queue(queue, "ApproximateAgeOfOldestMessage", WAITING_SECONDS[queue], "Work is waiting too long")
            made[f"{queue}LateAlarm"] = late
    for queue in map(wake_queue_id, wake_queues):
        late = _queue(queue, "ApproximateAgeOfOldestMessage", WAKES_WAITING_SECONDS, "A consumer is waiting too long")
        made[f"{queue}LateAlarm"] = late
    ours = {"service": "novex", "stage": stage}
    for metric, meaning in PRODUCT_METRICS.items():
        made[f"{metric}Alarm"] = _alarm(meaning, "NovexERP", metric, ours)
    for metric, meaning in LASTING_METRICS.items():
        made[f"{metric}Alarm"] = _alarm(meaning, "NovexERP", metric, ours, periods=LASTING_PERIODS)
    return made


def _api(stage: str) -> Resources:
    dimensions = {"ApiName": f"novex-{stage}", "Stage": ref("RestAPI.Stage")}
    return {
        "ApiErrorsAlarm": _alarm(
            "More than 1 % of the requests fail on our side",
            "AWS/ApiGateway",
            "5XXError",
            dimensions,
            threshold=0.01,
            statistic="Average",
        ),
        "ApiLatencyAlarm": _alarm(
            "The slowest requests take more than 3 s",
            "AWS/ApiGateway",
            "Latency",
            dimensions,
            threshold=3000,
            percentile="p99",
            periods=3,
        ),
    }


def _function(function: str) -> Resources:
    logical = logical_id(function)
    dimensions = {"FunctionName": ref(logical)}
    made = {
        f"{logical}ErrorsAlarm": _alarm(f"{function} fails", "AWS/Lambda", "Errors", dimensions),
        f"{logical}ThrottlesAlarm": _alarm(f"{function} is throttled", "AWS/Lambda", "Throttles", dimensions),
    }
    if function in STREAM_FILTERS:
        made[f"{logical}LateAlarm"] = _alarm(
            f"{function} is behind the journal",
            "AWS/Lambda",
            "IteratorAge",
            dimensions,
            threshold=ITERATOR_AGE_MS,
            statistic="Maximum",
        )
    return made


def _queue(logical: str, metric: str, threshold: float, meaning: str) -> Resource:
    dimensions = {"QueueName": {"Fn::GetAtt": [logical, "QueueName"]}}
    return _alarm(f"{meaning}: {logical}", "AWS/SQS", metric, dimensions, threshold=threshold, statistic="Maximum")


def _alarm(
    meaning: str,
    namespace: str,
    metric: str,
    dimensions: dict[str, Any],
    *,
    threshold: float = 0,
    statistic: str = "Sum",
    percentile: str = "",
    periods: int = 1,
) -> Resource:
    """An alarm. Missing data is not breaching, because it means that nothing happened."""
    return plain(
        "AWS::CloudWatch::Alarm",
        {
            "AlarmDescription": f"{meaning}. {_RUNBOOK}",
            "Namespace": namespace,
            "MetricName": metric,
            "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
            **({"ExtendedStatistic": percentile} if percentile else {"Statistic": statistic}),
            "Period": PERIOD,
            "EvaluationPeriods": periods,
            "Threshold": threshold,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
            "AlarmActions": [ref("AlarmTopic")],
            "OKActions": [ref("AlarmTopic")],
        },
    )


def _topic(stage: str) -> Resource:
    """The topic. Not encrypted, because alarms cannot publish to a topic with the AWS-managed key; the texts are public
    in this file."""
    return plain("AWS::SNS::Topic", {"TopicName": f"novex-{stage}-alarms", "Tags": tags(stage)})


def _topic_policy() -> Resource:
    """Allows only alarms of this account to publish."""
    return {
        "Type": "AWS::SNS::TopicPolicy",
        "Properties": {
            "Topics": [ref("AlarmTopic")],
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "Alarms",
                        "Effect": "Allow",
                        "Principal": {"Service": "cloudwatch.amazonaws.com"},
                        "Action": "sns:Publish",
                        "Resource": ref("AlarmTopic"),
                        "Condition": {"StringEquals": {"aws:SourceAccount": sub("${AWS::AccountId}")}},
                    }
                ],
            },
        },
    }
