"""Events of bulk endpoints."""

from chalicelib.kernel.events import Event

FINISHED = Event("bulk_upsert.finished", "A bulk upsert that skips invalid rows has ended.")
