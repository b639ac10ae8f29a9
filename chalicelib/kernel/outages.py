"""Turns throttling and outages of AWS services into Contention (503 with Retry-After) instead of an internal error."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.kernel.errors import Contention

_RETRY_AFTER_SECONDS = 1
_THROTTLING_CODES = frozenset(
    {
        "KmsThrottled",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "SlowDown",
        "Throttling",
        "ThrottlingError",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionConflictException",
    }
)


@contextmanager
def as_contention() -> Iterator[None]:
    """Raises Contention when a service throttles, fails or does not answer, after botocore's own retries. Only for
    work that may be repeated. Also usable as a decorator."""
    try:
        yield
    except ClientError as error:
        is_throttled = error.response["Error"]["Code"] in _THROTTLING_CODES
        if not is_throttled and error.response["ResponseMetadata"].get("HTTPStatusCode", 500) < 500:
            raise
        raise Contention("A service of ours is busy; try again.", retry_after=_RETRY_AFTER_SECONDS) from error
    except BotoCoreError as error:
        raise Contention("A service of ours did not answer; try again.", retry_after=_RETRY_AFTER_SECONDS) from error
