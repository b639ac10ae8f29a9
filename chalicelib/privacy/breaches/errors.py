"""Errors of the breach register."""

from chalicelib.kernel.errors import Conflict


class BreachIncomplete(Conflict):
    """What the register has to hold of a breach is missing; `errors` names all of it."""

    code = "breach_incomplete"
    title = "The breach cannot be closed before its documentation is complete"
