"""Errors of versions and deprecations."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from chalicelib.kernel.deprecation import Deprecation
from chalicelib.kernel.errors import BadRequest, DomainError, FieldError


class UnknownVersion(BadRequest):
    """The Novex-Version header names no supported version."""

    code = "unknown_version"
    title = "There is no such version of the API"
    extra: ClassVar[Mapping[str, Any]] = {
        "supported": Annotated[list[str], Meta(description="The versions that there are, the oldest first.")]
    }

    def __init__(self, supported: Sequence[str]) -> None:
        message = f"Supported: {', '.join(supported)}."
        super().__init__(message, errors=[FieldError("/headers/Novex-Version", "unknown_version", message)])
        self.supported = list(supported)

    def members(self) -> dict[str, Any]:
        return {"supported": self.supported}


class OperationSunset(DomainError):
    """The sunset of a deprecated operation has passed; the detail says what to use instead."""

    status = 410
    code = "operation_sunset"
    title = "This operation is not available any more"

    def __init__(self, deprecation: Deprecation) -> None:
        super().__init__(f"It ended on {deprecation.sunset}. {deprecation.instead}")
