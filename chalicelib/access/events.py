"""Refused attempts at dangerous operations, in the journal."""

from chalicelib.kernel.events import Event

REFUSED = Event("access.refused", "A caller was refused a dangerous operation.")
