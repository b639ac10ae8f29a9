"""Structured logs and metrics. Values of fields whose declared field class is hidden are redacted."""

from functools import cache
from threading import Lock
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from aws_lambda_powertools.metrics import Metrics, MetricUnit, single_metric
from botocore.exceptions import ClientError

from chalicelib.kernel import config, privacy
from chalicelib.kernel.errors import DomainError

REDACTED = "[redacted]"
_ALWAYS = frozenset({"authorization", "token", "secret", "password", "cookie", "body", "signature", "client_secret"})


class RedactingFormatter(LambdaPowertoolsFormatter):
    """Redacts hidden fields at any depth, and messages of exceptions, before a line is written."""

    def serialize(self, log: Any) -> str:
        return str(super().serialize(redacted(log)))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the standard library names it
        """Only the type and the stack: an exception's message may quote user input."""
        kind, _, trace = ei
        places = []
        while trace is not None:
            code = trace.tb_frame.f_code
            places.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}:{code.co_name}")
            trace = trace.tb_next
        return f"{kind.__name__} at " + " < ".join(reversed(places))


def redacted(value: Any) -> Any:
    """A copy of the value with hidden members redacted."""
    if isinstance(value, dict):
        return {
            name: REDACTED if name in _ALWAYS or privacy.is_hidden(str(name)) else redacted(member)
            for name, member in value.items()
        }
    if isinstance(value, list | tuple):
        return [redacted(member) for member in value]
    return value


def reason_of(error: Exception) -> str:
    """Type and code of an exception, without its message, which may quote user input."""
    if isinstance(error, DomainError):
        return f"{type(error).__name__}: {error.code}"
    if isinstance(error, ClientError):
        return f"ClientError: {error.response['Error'].get('Code', '')}"
    return type(error).__name__


@cache
def logger() -> Logger:
    """The process's logger. Log facts as fields: `logger().info("document imported", document_id=…)`."""
    return Logger(
        service="novex",
        level="INFO",
        logger_formatter=RedactingFormatter(serialize_stacktrace=False),
        log_uncaught_exceptions=False,
        stage=config.current().stage,
    )


_METRICS = Lock()
"""Lambda has one request at a time in a process, the local environment several: two of them would write one metric."""


@cache
def metrics() -> Metrics:
    made = Metrics(namespace="NovexERP", service="novex")
    made.set_default_dimensions(stage=config.current().stage)
    return made


def count(name: str, value: float = 1) -> None:
    """Adds to a metric of this invocation. There is no dimension by tenant: each would cost $0.30 a month."""
    with _METRICS:
        metrics().add_metric(name=name, unit=MetricUnit.Count, value=value)


def count_by(name: str, **dimensions: str) -> None:
    """Counts one in a metric of its own for each combination of dimensions, which must be few, because each costs $0.30
    a month, and must not be personal."""
    defaults = {"stage": config.current().stage}
    with single_metric(name, MetricUnit.Count, 1, namespace="NovexERP", default_dimensions=defaults) as metric:
        for dimension, value in dimensions.items():
            metric.add_dimension(dimension, value)


def flush() -> None:
    """Writes the invocation's metrics as one EMF line."""
    with _METRICS:
        if metrics().metric_set:
            metrics().flush_metrics()
