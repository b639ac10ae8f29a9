"""The one error that the local runtime shows to a person."""

from __future__ import annotations


class LocalFailureError(RuntimeError):
    """Something outside the program prevents a start; the message is one clear line that says what to do."""
