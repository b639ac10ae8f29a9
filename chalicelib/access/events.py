"""Events of access."""

from chalicelib.kernel.events import Event

REFUSED = Event("access.refused", "A caller was refused a dangerous operation.", entity="operation")
