"""What a caller is told when something is refused. One base class; the edge renders it as RFC 9457 problem+json."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec


class FieldError(msgspec.Struct, frozen=True):
    """One thing wrong with one place of the input; `pointer` is an RFC 6901 JSON pointer."""

    pointer: str
    code: str
    message: str


def repeats(pointer: str, values: Sequence[str]) -> list[FieldError]:
    """An error for every value of a list that is there before it."""
    again = (index for index, value in enumerate(values) if value in values[:index])
    return [FieldError(f"{pointer}/{index}", "repeated", "Given twice.") for index in again]


class DomainError(Exception):
    """A refusal with a stable `code`. `detail` is safe to show: it never repeats personal data or free text."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"
    title: ClassVar[str] = "The request cannot be processed"
    extra: ClassVar[Mapping[str, Any]] = {}
    """The types of what `members` adds, for the specification."""

    def __init__(self, detail: str = "", *, errors: Sequence[FieldError] = (), retry_after: int | None = None) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.errors = tuple(errors)
        self.retry_after = retry_after

    def members(self) -> dict[str, Any]:
        """Extra members of the problem document; subclasses add what a program can act on."""
        return {}


class BadRequest(DomainError):
    """The syntax of the request is wrong (query, header, JSON)."""


class IdempotencyKeyMissing(BadRequest):
    code = "idempotency_key_missing"
    title = "An Idempotency-Key header is required"


class Unauthorized(DomainError):
    status = 401
    code = "unauthorized"
    title = "A valid access token is required"
    challenge: ClassVar[str] = 'Bearer error="invalid_token"'
    """WWW-Authenticate (RFC 6750): the application sees only tokens that the gateway took, so there was one, and it
    does not hold. API Gateway hands the header on as x-amzn-remapped-www-authenticate; its own 401 has it under its
    name."""


class Forbidden(DomainError):
    status = 403
    code = "forbidden"
    title = "Your roles do not allow this"


class NotFound(DomainError):
    """Also for things of another tenant: the caller cannot tell the difference."""

    status = 404
    code = "not_found"
    title = "There is no such thing"


class Conflict(DomainError):
    status = 409
    code = "conflict"
    title = "The current state does not allow this"


class AlreadyExists(Conflict):
    code = "already_exists"
    title = "A value that must be unique is taken"


class TransitionRefused(Conflict):
    """The document is in a state from which this step cannot be taken, or a job works on it."""

    code = "transition_refused"
    title = "The document's state does not allow this step"
    extra: ClassVar[Mapping[str, Any]] = {
        "current_status": str,
        "allowed_transitions": list[str],
        "job_id": str | None,
    }

    def __init__(self, entity: str, status: str, allowed: Sequence[str], *, job_id: str | None = None) -> None:
        name = entity.replace("_", " ")
        if job_id is None:
            super().__init__(f"The {name} is {status}; steps allowed now: {', '.join(allowed) or 'none'}.")
        else:
            super().__init__(f"A job works on the {name}; wait until it has ended.")
        self.current = status
        self.allowed = tuple(allowed)
        self.job_id = job_id

    def members(self) -> dict[str, Any]:
        return {"current_status": self.current, "allowed_transitions": list(self.allowed), "job_id": self.job_id}


class PreconditionFailed(DomainError):
    status = 412
    code = "precondition_failed"
    title = "The document has changed since you read it"
    extra: ClassVar[Mapping[str, Any]] = {"current_version": int}

    def __init__(self, current: int) -> None:
        super().__init__(f"The current version is {current}; read it again and repeat your change.")
        self.current = current

    def members(self) -> dict[str, Any]:
        return {"current_version": self.current}


class PayloadTooLarge(DomainError):
    status = 413
    code = "payload_too_large"
    title = "The body is larger than 1 MB"


class UnsupportedMediaType(DomainError):
    status = 415
    code = "unsupported_media_type"
    title = "The content type is not supported"


class Invalid(DomainError):
    """The request is well formed but its content breaks a rule; `errors` lists every field."""

    status = 422
    code = "invalid"
    title = "The request has invalid fields"


class KeyReused(DomainError):
    status = 422
    code = "idempotency_key_reused"
    title = "This Idempotency-Key was used with another body"


class TooManyActions(DomainError):
    """More than one transaction can hold."""

    status = 422
    code = "too_large_for_one_transaction"
    title = "This does not fit into one transaction"


class PreconditionRequired(DomainError):
    status = 428
    code = "precondition_required"
    title = "An If-Match header with the document's ETag is required"


class Contention(DomainError):
    """Nothing was changed, or nobody can know: repeating with the same Idempotency-Key is safe."""

    status = 503
    code = "contention"
    title = "Too many changes at the same place; repeat with the same Idempotency-Key"


class OutcomeUnknown(Contention):
    code = "outcome_unknown"
    title = "The store did not answer; repeat with the same Idempotency-Key"
