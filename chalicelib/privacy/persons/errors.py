"""Errors of searches for persons' data."""

from chalicelib.kernel.errors import DomainError


class Undecided(DomainError):
    """Somebody has to decide first whether findings are the person's."""

    status = 409
    code = "findings_undecided"
    title = "Some findings wait for a decision"
