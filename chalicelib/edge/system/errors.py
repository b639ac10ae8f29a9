"""Errors of the system routes."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import msgspec

from chalicelib.edge.system.schemas import ReadinessChecks
from chalicelib.kernel.errors import DomainError


class NotReady(DomainError):
    """A service that the API needs does not respond; `checks` lists the failed checks, without the reason."""

    status = 503
    code = "not_ready"
    title = "A service that the API needs does not respond"
    extra: ClassVar[Mapping[str, Any]] = {
        "checks": Annotated[ReadinessChecks, msgspec.Meta(description="The outcome of each check.")]
    }

    def __init__(self, checks: ReadinessChecks) -> None:
        super().__init__(retry_after=5)
        self.checks = checks

    def members(self) -> dict[str, Any]:
        return {"checks": msgspec.to_builtins(self.checks)}
