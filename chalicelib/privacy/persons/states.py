"""The life of a search for a person's data."""

from chalicelib.kernel.state_machine import StateMachine, automatic, to
from chalicelib.privacy.persons.schemas import PersonSearchState as State
from chalicelib.privacy.persons.tables import PersonSearch

IDLE = frozenset({State.FOUND, State.ERASED, State.FORGOTTEN})
"""No job works on the search."""
PERSON_SEARCH: StateMachine[State, PersonSearch] = StateMachine(
    {
        State.SEARCHING: (automatic("finish", State.FOUND),),
        State.FOUND: (
            to("choose", State.FOUND),
            to("pack", State.FOUND),
            to("repeat", State.SEARCHING),
            to("erase", State.ERASING),
            automatic("forget", State.FORGOTTEN),
        ),
        State.ERASING: (automatic("verify", State.VERIFYING),),
        State.VERIFYING: (automatic("prove", State.ERASED, State.FOUND),),
        State.ERASED: (
            to("pack", State.ERASED),
            to("repeat", State.SEARCHING),
            automatic("forget", State.FORGOTTEN),
        ),
        State.FORGOTTEN: (),
    },
    attribute="state",
)
