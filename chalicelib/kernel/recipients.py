"""Other parties that may be sent personal data, which each module declares for those that it calls."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.kernel.privacy import Purpose


@dataclass(frozen=True, slots=True)
class Recipient:
    """A party that is called.

    name: in the disclosure log. fields: what it may be sent: `table.field`, to the name there. purpose: what that is
    for. reason: the same for people. place: where the party is.
    """

    name: str
    fields: Mapping[str, str]
    purpose: Purpose
    reason: str
    place: str

    @property
    def personal_fields(self) -> frozenset[str]:
        """The names under which the fields are sent."""
        return frozenset(self.fields.values())
