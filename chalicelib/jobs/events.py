"""Events of jobs."""

from chalicelib.kernel.events import Event

CANCELLED = Event("job.cancelled", "Somebody stopped a job.")
DONE = Event("job.done", "A job has done its work.")
FAILED = Event("job.failed", "A job was given up.")
