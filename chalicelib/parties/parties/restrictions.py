"""What the data of a person may not be used for."""

from collections.abc import Collection

from chalicelib.kernel.call import Call
from chalicelib.kernel.mapping import to_struct
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.visibility import load_visible
from chalicelib.kernel.work import Work
from chalicelib.parties.parties import events, repository
from chalicelib.parties.parties.schemas import RestrictedParty, RestrictedUse, UseRestriction
from chalicelib.parties.parties.tables import Party


@use_case(events.RESTRICTED)
def add(work: Work, party_id: str, uses: Collection[RestrictedUse]) -> None:
    """Stops more uses of a party, or of the one that it was merged into. Nothing to do for one that is gone."""
    row = repository.resolved(work, party_id)
    if row is not None and not set(uses) <= set(row.restricted_uses or ()):
        row.restricted_uses = sorted({*(row.restricted_uses or ()), *uses})
        work.save(row)


@use_case(events.RESTRICTED)
def replace(work: Work, party_id: str, command: UseRestriction) -> RestrictedParty:
    """Stops these uses of a party and no others. NotFound."""
    row = work.load_for_update(Party, work.tenant.key(), party_id)
    row.restricted_uses = sorted(set(command.restricted_uses)) or None
    work.save(row)
    return _view(row)


def read(call: Call, party_id: str) -> RestrictedParty:
    """What a party's data may not be used for. NotFound."""
    return _view(load_visible(call, Party, call.tenant.key(), party_id))


def _view(row: Party) -> RestrictedParty:
    return to_struct(row, RestrictedParty, restricted_uses=row.restricted_uses or [])
