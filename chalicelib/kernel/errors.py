"""The errors that are returned to callers, with one base class; the edge renders them as RFC 9457 problem+json."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, ClassVar

import msgspec


class FieldError(msgspec.Struct, frozen=True):
    """One error in the request."""

    pointer: Annotated[
        str,
        msgspec.Meta(
            description="Where it is: a JSON pointer (RFC 6901) into the body, or `/query/` and the name of a query "
            "parameter. Empty for the body as a whole.",
            examples=["/lines/0/quantity"],
        ),
    ]
    code: Annotated[
        str, msgspec.Meta(description="The kind of error, for programs; it stays the same.", examples=["required"])
    ]
    message: Annotated[str, msgspec.Meta(description="The error in words that a form can show beside the field.")]


def repeats(pointer: str, values: Sequence[str]) -> list[FieldError]:
    """An error for every value of a list that repeats an earlier one."""
    repeated = (index for index, value in enumerate(values) if value in values[:index])
    return [FieldError(f"{pointer}/{index}", "repeated", "Given twice.") for index in repeated]


class DomainError(Exception):
    """An error that is returned to the caller, with a stable `code`. `detail` must not contain personal data or free
    text."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"
    title: ClassVar[str] = "The request cannot be processed"
    extra: ClassVar[Mapping[str, Any]] = {}
    """The names and types of the members that `members` returns, for the OpenAPI document."""
    headers: Mapping[str, str] = {}
    """Additional headers of the response."""

    def __init__(self, detail: str = "", *, errors: Sequence[FieldError] = (), retry_after: int | None = None) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.errors = tuple(errors)
        self.retry_after = retry_after

    def members(self) -> dict[str, Any]:
        """Additional members of the problem document, for programs; subclasses override it."""
        return {}


class BadRequest(DomainError):
    """The syntax of the query, a header or the JSON body is wrong."""


class IdempotencyKeyMissing(BadRequest):
    code = "idempotency_key_missing"
    title = "An Idempotency-Key header is required"


class Unauthorized(DomainError):
    status = 401
    code = "unauthorized"
    title = "A valid access token is required"
    challenge: ClassVar[str] = 'Bearer error="invalid_token"'
    """The WWW-Authenticate header (RFC 6750). Requests without a token are refused by the gateway, so here a token was
    sent and is not valid."""


class Forbidden(DomainError):
    status = 403
    code = "forbidden"
    title = "Your roles do not allow this"


class NotFound(DomainError):
    """Also for documents of another tenant: the caller cannot distinguish the two cases."""

    status = 404
    code = "not_found"
    title = "There is no such thing"


class MethodNotAllowed(DomainError):
    """The path exists, but not with this method."""

    status = 405
    code = "method_not_allowed"
    title = "The path does not support this method"

    def __init__(self, allowed: Sequence[str]) -> None:
        super().__init__(f"Supported here: {', '.join(allowed)}.")
        self.headers = {"Allow": ", ".join(allowed)}


class Conflict(DomainError):
    status = 409
    code = "conflict"
    title = "The current state does not allow this"


class AlreadyExists(Conflict):
    code = "already_exists"
    title = "A value that must be unique is taken"


class TransitionRefused(Conflict):
    """The document's current state does not allow this transition, or the document has a running job."""

    code = "transition_refused"
    title = "The document's state does not allow this step"
    extra: ClassVar[Mapping[str, Any]] = {
        "current_status": Annotated[str, msgspec.Meta(description="The status of the document now.")],
        "allowed_transitions": Annotated[
            list[str], msgspec.Meta(description="The names of the transitions that this status allows.")
        ],
        "job_id": Annotated[
            str | None,
            msgspec.Meta(description="The job that works on the document; null when none does. Wait until it ends."),
        ],
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
    extra: ClassVar[Mapping[str, Any]] = {
        "current_version": Annotated[int, msgspec.Meta(description="The version of the document now.")]
    }

    def __init__(self, current: int) -> None:
        super().__init__(f"The current version is {current}; read it again and repeat your change.")
        self.current = current

    def members(self) -> dict[str, Any]:
        return {"current_version": self.current}


class PayloadTooLarge(DomainError):
    status = 413
    code = "payload_too_large"
    title = "The body is too large"


class UnsupportedMediaType(DomainError):
    status = 415
    code = "unsupported_media_type"
    title = "The content type is not supported"


class UnsupportedEncoding(UnsupportedMediaType):
    code = "unsupported_encoding"
    title = "The body's encoding is not supported"
    headers: Mapping[str, str] = {"Accept-Encoding": "gzip"}


class Invalid(DomainError):
    """The request is well formed but its content violates a rule; `errors` lists every invalid field."""

    status = 422
    code = "invalid"
    title = "The request has invalid fields"


@contextmanager
def collected(problems: list[FieldError]) -> Iterator[None]:
    """A block whose Invalid is not raised: its errors are added to `problems`, so that further checks can follow."""
    try:
        yield
    except Invalid as error:
        problems += error.errors


class KeyReused(DomainError):
    status = 422
    code = "idempotency_key_reused"
    title = "This Idempotency-Key was used with another body"


class AnswerErased(DomainError):
    """The command was done; its answer showed personal data that has been erased since."""

    status = 410
    code = "answer_erased"
    title = "The answer to this command has been erased with the personal data in it"


class TooManyActions(DomainError):
    """The change needs more writes or bytes than one transaction allows."""

    status = 422
    code = "too_large_for_one_transaction"
    title = "This does not fit into one transaction"


class PreconditionRequired(DomainError):
    status = 428
    code = "precondition_required"
    title = "An If-Match header with the document's ETag is required"


class Internal(DomainError):
    """An unexpected error; its reason is only logged."""

    status = 500
    code = "internal"
    title = "Something went wrong on our side"


class Contention(DomainError):
    """Nothing was changed, or the outcome is unknown; repeating with the same Idempotency-Key is safe."""

    status = 503
    code = "contention"
    title = "Too many changes at the same place; repeat with the same Idempotency-Key"


class OutcomeUnknown(Contention):
    code = "outcome_unknown"
    title = "The store did not answer; repeat with the same Idempotency-Key"


class Timeout(DomainError):
    """The gateway's time ran out. The outcome is unknown; repeating with the same Idempotency-Key is safe."""

    status = 504
    code = "timeout"
    title = "The request took too long"
