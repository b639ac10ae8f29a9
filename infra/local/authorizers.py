"""API Gateway's processing of a TOKEN authorizer: validation expression, cached policy, then the function."""

from __future__ import annotations

import logging
import re
import threading
import time
from typing import Any

from chalice.local import LocalARNBuilder, LocalGateway

LOG = logging.getLogger("novex.local.gateway")

# The packaged template has the same identityValidationExpression: a header that does not look like a signed token is
# refused without invoking the function. Every scheme's name may be written in capitals or not; the classes say so in
# any dialect of expressions.
IDENTITY_EXPRESSION = r"^[Bb][Ee][Aa][Rr][Ee][Rr] [A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$"
DEFAULT_TTL_SECONDS = 300
_MAX_CACHED = 10_000


class RefusalError(Exception):
    """The gateway refuses the request itself; `kind` is API Gateway's response type. authorizer_id: the request id of
    the authorizer's invocation, if it was invoked."""

    def __init__(self, kind: str, authorizer_id: str = "-") -> None:
        super().__init__(kind)
        self.kind = kind
        self.authorizer_id = authorizer_id


class Authorizers:
    """Runs authorizers and caches their policies by token, for all routes, for the authorizer's time to live."""

    def __init__(self, ttl: int | None = None) -> None:
        self._ttl = ttl
        self._expression = re.compile(IDENTITY_EXPRESSION)
        self._cache: dict[tuple[str, str], tuple[float, dict[str, Any]]] = {}
        self._lock = threading.Lock()
        self._arns = LocalARNBuilder()

    def allow(self, authorizer: Any, method: str, path: str, authorization: str, local: LocalGateway) -> dict[str, str]:
        """The context (all strings) of an allowed request.

        Raises RefusalError: UNAUTHORIZED, ACCESS_DENIED, AUTHORIZER_FAILURE or AUTHORIZER_CONFIGURATION_ERROR.
        """
        # fullmatch, because `$` also accepts a line feed after the token.
        if not self._expression.fullmatch(authorization):
            raise RefusalError("UNAUTHORIZED")
        arn = self._arns.build_arn(method, path)
        result = self._cached(authorizer, authorization)
        if result is None:
            result = self._invoke(authorizer, authorization, arn, local)
            self._cache_policy(authorizer, authorization, result)
        if not local._authorizer._check_can_invoke_view_function(arn, result):
            raise RefusalError("ACCESS_DENIED")
        return _strings(result)

    def _invoke(self, authorizer: Any, authorization: str, arn: str, local: LocalGateway) -> dict[str, Any]:
        event = {"type": "TOKEN", "authorizationToken": authorization, "methodArn": arn}
        context = local._generate_lambda_context()
        invocation = context.aws_request_id
        try:
            result = authorizer(event, context)
        except Exception as error:  # Lambda reports any exception; API Gateway recognizes only this message
            if str(error) == "Unauthorized":
                raise RefusalError("UNAUTHORIZED", invocation) from error
            LOG.warning("the authorizer failed: %s", type(error).__name__)
            raise RefusalError("AUTHORIZER_FAILURE", invocation) from error
        if not isinstance(result, dict) or "policyDocument" not in result or not result.get("principalId"):
            raise RefusalError("AUTHORIZER_CONFIGURATION_ERROR", invocation)
        return result

    def _cached(self, authorizer: Any, authorization: str) -> dict[str, Any] | None:
        with self._lock:
            until, result = self._cache.get((authorizer.name, authorization), (0.0, {}))
        return result if until > time.monotonic() else None

    def _cache_policy(self, authorizer: Any, authorization: str, result: dict[str, Any]) -> None:
        configured = authorizer.config.ttl_seconds if authorizer.config is not None else None
        ttl = next(value for value in (self._ttl, configured, DEFAULT_TTL_SECONDS) if value is not None)
        with self._lock:
            if len(self._cache) >= _MAX_CACHED:
                self._cache.clear()
            self._cache[authorizer.name, authorization] = (time.monotonic() + ttl, result)


def _strings(result: dict[str, Any]) -> dict[str, str]:
    """The context as API Gateway passes it on: scalars are converted to strings, anything else is refused."""
    context = {"principalId": str(result["principalId"])}
    for name, value in (result.get("context") or {}).items():
        if not isinstance(value, str | int | float | bool):
            raise RefusalError("AUTHORIZER_CONFIGURATION_ERROR")
        context[name] = str(value).lower() if isinstance(value, bool) else str(value)
    return context
