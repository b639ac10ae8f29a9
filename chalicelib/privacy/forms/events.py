"""Events of the public form."""

from chalicelib.kernel.events import Event

LINKED = Event("privacy_form.linked", "The public form has a new link; the one before has ended.")
