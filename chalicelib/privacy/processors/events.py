"""Events of sub-processors and processor terms."""

from chalicelib.kernel.events import Event

OBJECTED = Event(
    "processor_objection.created", "The tenant objects to an announced change of the sub-processors.", fields=()
)
ACCEPTED = Event("processor_terms.accepted", "The tenant has accepted a version of the processor terms.", fields=())
