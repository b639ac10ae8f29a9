"""Events of the privacy policy. Entries name the version; who was shown or has accepted it is the actor."""

from chalicelib.kernel.events import Event

SHOWN = Event("policy.shown", "A user was shown a version of the privacy policy for the first time.", fields=())
ACCEPTED = Event("policy.accepted", "A user accepted a version of the privacy policy in an explicit step.", fields=())
ACCEPTED_BY_USE = Event(
    "policy.accepted_by_use",
    "A user went on after a version of the privacy policy that the user was shown was in force.",
    fields=(),
)
