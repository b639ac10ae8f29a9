"""Merging of parties, and undoing it.

The party that is merged keeps all that it says and gets the status `merged`; what it has and the other one lacks is
added there, and the other one is found by it. What was added is kept as a record, so that undoing takes exactly that
away: what has been changed since is not in the record as it is now, and stays.

The look-up rows of the merged party stay, and are passed over while it is merged: so a merge fits into one transaction,
however large the party is.
"""

from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec

from chalicelib.kernel import phones
from chalicelib.kernel.codes import folded
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work
from chalicelib.parties.parties import events, lookups, repository, rules, tax_ids
from chalicelib.parties.parties.errors import MergeNotUndoable
from chalicelib.parties.parties.schemas import PartyAddress, PartyContact, PartyRole, PartyStatus
from chalicelib.parties.parties.states import PARTY, is_undoable
from chalicelib.parties.parties.tables import NUMBER, MergeRecord, Party

T = TypeVar("T")
_MOST = {"contacts": 20, "addresses": 20, "tax ids": 8, "external references": 20}
"""As the schemas allow."""


@use_case(events.MERGED)
def merge(work: Work, role: PartyRole, party_id: str, into: str) -> Party:
    """Merges the party into another one, and returns it.

    Invalid when the other one is unknown, the same, archived or merged, or would get too much. TransitionRefused when
    the party is archived or merged. Forbidden when the caller may not write all roles of both.
    """
    loser = repository.in_role(role, work.find(Party, work.tenant.key(), party_id))
    work.match(loser)
    PARTY.require(loser, "merge")
    winner = _winner(work, loser, into)
    repository.require_write(work.call, loser, winner)
    record = missing(loser, winner, work.now)
    before = lookups.partitions(work.tenant, winner)
    PARTY.take(loser, "merge")
    loser.merged_into, loser.merge = winner.id, record
    loser.external_refs = None
    loser.set_keys(work.tenant)
    add(winner, record)
    _move_numbers(work, loser, winner, record)
    winner.last_merged = loser.id
    winner.restricted_uses = sorted({*(winner.restricted_uses or ()), *(loser.restricted_uses or ())}) or None
    winner.set_keys(work.tenant)
    work.save(loser)
    work.save(winner)
    lookups.move(work, winner.id, before, lookups.partitions(work.tenant, winner))
    return loser


@use_case(events.UNMERGED)
def unmerge(work: Work, role: PartyRole, party_id: str) -> Party:
    """Undoes the merge of the party, and returns it: both are as they were, except what was changed since.

    TransitionRefused when it is not merged; MergeNotUndoable after a day, and while a later merge of the other party
    has to be undone first. Forbidden when the caller may not write all roles of both.
    """
    loser = repository.in_role(role, work.find(Party, work.tenant.key(), party_id))
    work.match(loser)
    record = loser.merge
    if loser.status is not PartyStatus.MERGED or record is None:
        PARTY.require(loser, "unmerge")
        raise TypeError("a party that is not merged was let through")
    winner = work.load(Party, work.tenant.key(), loser.merged_into)
    repository.require_write(work.call, loser, winner)
    _require_undoable(loser, winner)
    before = lookups.partitions(work.tenant, winner)
    PARTY.take(loser, "unmerge")
    loser.external_refs = _stored([each for each in record.external_refs if each in (winner.external_refs or [])])
    take_away(winner, record)
    _take_roles_back(work, loser, winner, record)
    loser.merged_into = loser.merge = None
    winner.last_merged = record.previous
    loser.set_keys(work.tenant)
    winner.set_keys(work.tenant)
    work.save(loser)
    work.save(winner)
    lookups.move(work, winner.id, before, lookups.partitions(work.tenant, winner))
    return loser


def _winner(work: Work, loser: Party, into: str) -> Party:
    """The party that remains. Invalid."""
    found = work.find(Party, work.tenant.key(), into)
    refusal = None
    if found is None or not repository.sees(work.call, found):
        refusal = FieldError("/into", "unknown_party", "There is no such customer or vendor.")
    elif found.id == loser.id:
        refusal = FieldError("/into", "same_party", "It cannot be merged into itself.")
    elif found.merged_into is not None:
        says = f"It was merged itself; use {found.merged_into}."
        refusal = FieldError("/into", "merged_party", says)
    elif found.status is not PartyStatus.ACTIVE:
        refusal = FieldError("/into", "archived_party", "It is archived; restore it first.")
    if refusal is not None or found is None:
        raise Invalid(errors=[refusal] if refusal else [])
    return found


def _require_undoable(loser: Party, winner: Party) -> None:
    """MergeNotUndoable."""
    if not is_undoable(loser):
        raise MergeNotUndoable("A merge can be undone within 24 hours; these have passed.")
    if winner.merged_into is not None:
        raise MergeNotUndoable(f"{winner.id} was merged into {winner.merged_into} since; undo that first.")
    if winner.last_merged != loser.id:
        raise MergeNotUndoable(f"{winner.last_merged} was merged into {winner.id} since; undo that first.")


def missing(loser: Party, winner: Party, at: datetime) -> MergeRecord:
    """What the one has and the other lacks. Invalid when that is too much for one party."""
    record = MergeRecord(
        at=at,
        contacts=_lacking(loser.contacts, winner.contacts, compared_contact),
        addresses=_lacking(loser.addresses, winner.addresses, compared_address),
        tax_ids=_lacking(loser.tax_ids, winner.tax_ids, tax_ids.compared),
        external_refs=list(loser.external_refs or []),
        customer=loser.customer if winner.customer is None else None,
        vendor=loser.vendor if winner.vendor is None else None,
        previous=winner.last_merged,
    )
    together: dict[str, Sequence[object]] = {
        "contacts": [*(winner.contacts or []), *record.contacts],
        "addresses": [*(winner.addresses or []), *record.addresses],
        "tax ids": [*(winner.tax_ids or []), *record.tax_ids],
        "external references": [*(winner.external_refs or []), *record.external_refs],
    }
    problems = [error for what, all_of_it in together.items() for error in rules.too_many(what, all_of_it, _MOST[what])]
    if problems:
        raise Invalid(errors=problems)
    return record


def add(winner: Party, record: MergeRecord) -> None:
    """Adds what the record says."""
    winner.contacts = _stored([*(winner.contacts or []), *record.contacts])
    winner.addresses = _stored([*(winner.addresses or []), *record.addresses])
    winner.tax_ids = _stored([*(winner.tax_ids or []), *record.tax_ids])
    winner.external_refs = _stored([*(winner.external_refs or []), *record.external_refs])
    for role, terms in record.roles():
        repository.set_terms(winner, role, terms)


def take_away(winner: Party, record: MergeRecord) -> None:
    """Takes away what the record says and what is still as it was added."""
    winner.contacts = _stored(without(winner.contacts or [], record.contacts))
    winner.addresses = _stored(without(winner.addresses or [], record.addresses))
    winner.tax_ids = _stored(without(winner.tax_ids or [], record.tax_ids))
    winner.external_refs = _stored(without(winner.external_refs or [], record.external_refs))


def _move_numbers(work: Work, loser: Party, winner: Party, record: MergeRecord) -> None:
    """The number of a role that the other party got goes with it. In a role that both have, each keeps its own, and
    that of the merged one finds the other one."""
    for role, terms in record.roles():
        if terms.number is not None:
            work.release(NUMBER[role], terms.number, loser.id)
            work.claim(NUMBER[role], terms.number, winner.id, "/into")


def _take_roles_back(work: Work, loser: Party, winner: Party, record: MergeRecord) -> None:
    """Takes the roles that the record says away, unless their terms have changed since: then the other party keeps
    role and number."""
    for role, terms in record.roles():
        current = winner.terms(role)
        held = None if current is None else current.number
        if current == terms:
            repository.set_terms(winner, role, None)
        if terms.number is None:
            continue
        if held is not None and folded(held) == folded(terms.number):
            if current != terms:
                repository.set_terms(loser, role, msgspec.structs.replace(terms, number=None))
                continue
            work.release(NUMBER[role], held, winner.id)
        work.claim(NUMBER[role], terms.number, loser.id, "/number")


def _lacking(theirs: Sequence[T] | None, ours: Sequence[T] | None, compared: Callable[[T], Hashable]) -> list[T]:
    """Those of theirs that are not among ours, each once."""
    known = {compared(each) for each in ours or ()}
    found = {compared(each): each for each in reversed(theirs or ()) if compared(each) not in known}
    return list(reversed(found.values()))


def without(values: Sequence[T], taken: Sequence[T]) -> list[T]:
    """The values without those that are taken; of equal ones as many stay as are more, the first ones."""
    left = list(taken)
    kept = []
    for value in reversed(values):
        if value in left:
            left.remove(value)
        else:
            kept.append(value)
    return kept[::-1]


def compared_contact(contact: PartyContact) -> Hashable:
    """The form in which contacts are compared."""
    return folded(contact.name or ""), folded(contact.email or ""), phones.digits(contact.phone or "")


def compared_address(address: PartyAddress) -> Hashable:
    """The form in which addresses are compared, with what they are for."""
    words = [address.name, address.company, *address.lines, address.city, address.region, address.postal_code]
    return address.kind, address.country, *(folded(word) for word in words if word)


def _stored(values: list[T]) -> list[T] | None:
    """The list as it is stored: nothing in place of an empty one."""
    return values or None
