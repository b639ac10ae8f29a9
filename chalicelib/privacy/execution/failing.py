"""What is told when a step cannot be done."""

from collections.abc import Iterator
from contextlib import contextmanager

from chalicelib.kernel import log
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import DomainError, TransitionRefused
from chalicelib.kernel.use_case import commit
from chalicelib.privacy.requests import execution
from chalicelib.privacy.requests.tables import PrivacyRequest


@contextmanager
def fails(call: Call, row: PrivacyRequest, *reasons: type[DomainError]) -> Iterator[None]:
    """Lets the step of the request fail, to be tried again, for reasons that only an officer can remove."""
    try:
        yield
    except TransitionRefused:
        raise  # another step was taken meanwhile: that is no failure
    except reasons as error:
        log.logger().warning("a privacy request cannot be carried out", request=row.id, reason=log.reason_of(error))
        commit(call, execution.failed, row.id)
