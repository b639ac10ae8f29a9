"""Events of sandboxes."""

from chalicelib.kernel.events import Event

CLOCK_SET = Event("tenant.clock_set", "An administrator set the clock of the sandbox.", fields=())
