"""Invokes a function like Lambda: by its deployed handler string, with an event and a context."""

from __future__ import annotations

import importlib
import logging
import time
import uuid
from collections.abc import Callable
from typing import Any

from infra.local.engine import REGION
from infra.local.shim import Crash

LOG = logging.getLogger("novex.local.pumps")
ACCOUNT = "123456789012"


class FunctionFailedError(Exception):
    """The function raised an exception or its process ended. Lambda's event sources get no more information."""


class LambdaContext:
    """The part of Lambda's context object that the functions use."""

    memory_limit_in_mb = "512"
    function_version = "$LATEST"

    def __init__(self, function_name: str, timeout: float) -> None:
        self.function_name = function_name
        self.invoked_function_arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function_name}"
        self.aws_request_id = str(uuid.uuid4())
        self.log_group_name = f"/aws/lambda/{function_name}"
        self.log_stream_name = "local"
        self._deadline = time.monotonic() + timeout

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._deadline - time.monotonic()) * 1000))


class Function:
    """One deployed function, by its handler string `module.name`; imported at the first call, as a cold start does."""

    def __init__(self, handler: str, timeout: float = 60.0) -> None:
        self.handler = handler
        self.name = handler.rpartition(".")[2]
        self._timeout = timeout
        self._callable: Callable[[Any, Any], Any] | None = None

    def __call__(self, event: dict[str, Any]) -> Any:
        """The function's result. Raises FunctionFailedError after logging the reason."""
        try:
            if self._callable is None:
                module, _, name = self.handler.rpartition(".")
                self._callable = getattr(importlib.import_module(module), name)
            return self._callable(event, LambdaContext(self.name, self._timeout))
        except (Exception, Crash) as error:
            LOG.exception("function %s failed", self.name)
            raise FunctionFailedError(self.name) from error


def failed_items(answer: Any, identifiers: list[str]) -> set[str] | None:
    """The failed identifiers in a ReportBatchItemFailures response, or None when the whole batch has failed.

    As in Lambda: no response, null and an empty list are success; an unknown or empty identifier, or a response in
    another format, fails the batch.
    """
    if answer is None:
        return set()
    if not isinstance(answer, dict):
        return None
    failures = answer.get("batchItemFailures") or []
    try:
        failed = {failure["itemIdentifier"] for failure in failures}
    except (TypeError, KeyError):
        return None
    return failed if failed <= set(identifiers) else None
