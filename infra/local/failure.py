"""The error of the local runtime that is shown to the user."""

from __future__ import annotations


class LocalFailureError(RuntimeError):
    """A start failed for a reason outside the program; the message is one line that says what to do."""
