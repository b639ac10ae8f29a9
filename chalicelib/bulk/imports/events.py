"""Events of imports."""

from chalicelib.kernel.events import Event

CREATED = Event("import.created", "An import was prepared; its file can be uploaded.", fields=())
STARTED = Event("import.started", "The rows of an uploaded file began to be imported.", starts_job=True)
ADVANCED = Event("import.advanced", "Rows of a file were checked, or refused.", fields=())
DONE = Event("import.done", "All rows of a file were imported, or checked in a dry run.", fields=("state",))
FAILED = Event("import.failed", "An import was given up.", fields=("state",))
CANCELLED = Event("import.cancelled", "An import was stopped; rows that were written stay.", fields=("state",))
