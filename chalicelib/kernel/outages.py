"""When a service of AWS has no time for us: the caller is told to come again, not that something is broken."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.kernel.errors import Contention

_RETRY_AFTER_SECONDS = 1
_BUSY = frozenset(
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
    """Contention when a service throttles, fails or does not answer, each after botocore's own tries. Only for work
    that may be repeated. Also a decorator."""
    try:
        yield
    except ClientError as error:
        is_busy = error.response["Error"]["Code"] in _BUSY
        if not is_busy and error.response["ResponseMetadata"].get("HTTPStatusCode", 500) < 500:
            raise
        raise Contention("A service of ours is busy; try again.", retry_after=_RETRY_AFTER_SECONDS) from error
    except BotoCoreError as error:
        raise Contention("A service of ours did not answer; try again.", retry_after=_RETRY_AFTER_SECONDS) from error
