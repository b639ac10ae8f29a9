"""The states of parties."""

from datetime import timedelta

from chalicelib.kernel import clock
from chalicelib.kernel.state_machine import Guard, StateMachine, to
from chalicelib.parties.parties.schemas import PartyStatus
from chalicelib.parties.parties.tables import Party

UNDO_FOR = timedelta(hours=24)
"""So long a merge can be undone."""


def is_undoable(party: Party) -> bool:
    """Whether the merge of the party can still be undone."""
    return party.merge is not None and clock.now() - party.merge.at <= UNDO_FOR


PARTY: StateMachine[PartyStatus, Party] = StateMachine(
    {
        PartyStatus.ACTIVE: (to("archive", PartyStatus.ARCHIVED), to("merge", PartyStatus.MERGED)),
        PartyStatus.ARCHIVED: (to("restore", PartyStatus.ACTIVE),),
        PartyStatus.MERGED: (to("unmerge", PartyStatus.ACTIVE),),
    },
    guards={"unmerge": Guard("within 24 hours", is_undoable)},
)
