"""Events of exports."""

from chalicelib.kernel.events import Event

STARTED = Event("export.started", "Somebody asked for all documents of a kind as a file.", starts_job=True)
DONE = Event("export.done", "The file of an export is there.", fields=("state",))
FAILED = Event("export.failed", "An export was given up.", fields=("state",))
CANCELLED = Event("export.cancelled", "The job of an export was stopped.", fields=("state",))
