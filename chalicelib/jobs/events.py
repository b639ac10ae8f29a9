"""Events of jobs."""

from chalicelib.kernel.events import Event

CANCELLED = Event("job.cancelled", "Somebody stopped a job.", fields=("state",))
DONE = Event("job.done", "A job has done its work.", fields=("state",))
FAILED = Event("job.failed", "A job was given up.", fields=("state",))
