"""Parties that may be one."""

from collections.abc import Iterable
from decimal import Decimal
from difflib import SequenceMatcher

from chalicelib.kernel import phones
from chalicelib.kernel.call import Call
from chalicelib.kernel.mapping import to_row
from chalicelib.kernel.work import Work
from chalicelib.parties.parties import lookups, repository, tax_ids
from chalicelib.parties.parties.schemas import (
    DuplicateReason,
    PartyFields,
    PartyTerms,
    PossibleDuplicate,
    PossibleDuplicates,
)
from chalicelib.parties.parties.tables import Party

_EACH = 20
"""So many parties are looked at for each thing that they may have in common."""
_MOST = 20
_WEIGHTS = {
    DuplicateReason.TAX_ID: Decimal("0.9"),
    DuplicateReason.EMAIL: Decimal("0.7"),
    DuplicateReason.PHONE: Decimal("0.6"),
    DuplicateReason.NAME_AND_ADDRESS: Decimal("0.5"),
}
"""How likely two parties are one that have this in common, and nothing else."""
_SIMILAR = 85
"""So many percent of two names must be alike."""


def possible(call: Call, party: Party) -> PossibleDuplicates:
    """Who may be the same as the party, which need not be stored. Only those that the caller may see, and none that is
    merged. Reads at most 20 rows for each address, number and place of the party."""
    candidates = {
        row.id: row
        for partition in sorted(lookups.partitions(call.tenant, party))
        for row in repository.found_in(call, partition, _EACH)
        if row.id != party.id and repository.sees(call, row)
    }
    found = [(row, reasons(party, row)) for row in candidates.values()]
    shown = [
        PossibleDuplicate(id=row.id, name=row.name, roles=row.roles(), status=row.status, score=score(why), reasons=why)
        for row, why in found
        if why
    ]
    return PossibleDuplicates(data=sorted(shown, key=lambda each: (-each.score, each.id))[:_MOST])


def of_new(call: Call, command: PartyFields, terms: PartyTerms) -> PossibleDuplicates:
    """Who may be the same as a party that does not exist yet. Invalid."""
    repository.check(Work(call), command, terms)
    return possible(call, to_row(Party, command, partition=call.tenant.key(), id=""))


def reasons(one: Party, other: Party) -> list[DuplicateReason]:
    """What the two have in common, the weightiest first."""
    ours, theirs = one.contacts or [], other.contacts or []
    numbers = [each.phone for each in theirs if each.phone]
    in_common = {
        DuplicateReason.TAX_ID: _meet(
            map(tax_ids.compared, one.tax_ids or []), map(tax_ids.compared, other.tax_ids or [])
        ),
        DuplicateReason.EMAIL: _meet(lookups.emails(ours), lookups.emails(theirs)),
        DuplicateReason.PHONE: any(
            each.phone and phones.tail(each.phone) and phones.is_same(each.phone, number)
            for each in ours
            for number in numbers
        ),
        DuplicateReason.NAME_AND_ADDRESS: _is_similar(one.name, other.name) and _at_one_place(one, other),
    }
    return [reason for reason, holds in in_common.items() if holds]


def score(found: Iterable[DuplicateReason]) -> int:
    """How likely it is that two parties are one, from 1 to 99: each reason leaves less doubt."""
    doubt = Decimal(1)
    for reason in found:
        doubt *= 1 - _WEIGHTS[reason]
    return int(100 * (1 - doubt))


def _meet(ours: Iterable[object], theirs: Iterable[object]) -> bool:
    return not set(ours).isdisjoint(theirs)


def _is_similar(one: str, other: str) -> bool:
    matcher = SequenceMatcher(None, lookups.compared_name(one), lookups.compared_name(other), autojunk=False)
    return matcher.ratio() * 100 >= _SIMILAR


def _at_one_place(one: Party, other: Party) -> bool:
    return _meet(_places(one), _places(other))


def _places(party: Party) -> set[str]:
    places = map(lookups.compared_place, party.addresses or [])
    return {place for place in places if place is not None}
