"""All errors that an operation can respond with."""

from chalicelib.access.errors import (
    PolicyNotAccepted,
    RateLimited,
    StepUpRequired,
    TenantSuspended,
    TenantUnknown,
    UserDisabled,
)
from chalicelib.edge.declaration import Endpoint
from chalicelib.edge.versions.errors import OperationSunset, UnknownVersion
from chalicelib.kernel import errors

_ALWAYS: tuple[type[errors.DomainError], ...] = (
    errors.BadRequest,
    errors.PayloadTooLarge,
    errors.UnsupportedEncoding,
    RateLimited,
    errors.Internal,
    errors.Timeout,
)


def refusals(endpoint: Endpoint) -> list[type[errors.DomainError]]:
    """All errors that an operation can respond with: those that its declaration implies, and those that it lists."""
    kinds: list[type[errors.DomainError]] = [*_ALWAYS]
    if not endpoint.is_public:
        kinds += [errors.Unauthorized, errors.Forbidden, UserDisabled, TenantSuspended, TenantUnknown]
        kinds += [] if endpoint.before_acceptance else [PolicyNotAccepted]
        kinds += [errors.Invalid, errors.Contention]  # Invalid also for a body that the operation does not take
        kinds += [errors.NotFound] if "{" in endpoint.path else []
    if endpoint.versioned:
        kinds.append(UnknownVersion)
    if endpoint.deprecated is not None and endpoint.deprecated.sunset is not None:
        kinds.append(OperationSunset)
    if endpoint.dangerous:
        kinds.append(StepUpRequired)
    if endpoint.body is not None:
        kinds += [errors.Invalid, errors.UnsupportedMediaType]
    if endpoint.command:
        kinds += [errors.IdempotencyKeyMissing, errors.KeyReused, errors.AnswerErased]
    if endpoint.change:
        kinds += [errors.PreconditionFailed, errors.PreconditionRequired]
    if endpoint.may_be_dry_run:
        kinds.append(errors.OutcomeUnknown)
    return list(dict.fromkeys([*kinds, *endpoint.errors]))
