"""Reads and writes of the store of parties, for its two doors."""

from collections.abc import Collection, Iterable, Sequence
from typing import TypeVar

import msgspec

from chalicelib.access import permissions
from chalicelib.catalog.price_lists import service as price_lists
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.kernel.call import Call
from chalicelib.kernel.codes import folded
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.errors import AlreadyExists, FieldError, Invalid, NotFound, collected
from chalicelib.kernel.mapping import patch, to_row, to_struct
from chalicelib.kernel.names import Named
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.visibility import find_all, find_many
from chalicelib.kernel.work import Work
from chalicelib.parties.parties import lookups, rules
from chalicelib.parties.parties.errors import PartyMerged
from chalicelib.parties.parties.schemas import PartyChange, PartyFields, PartyRole, PartyStatus, PartyTerms
from chalicelib.parties.parties.states import PARTY
from chalicelib.parties.parties.tables import NUMBER, Party, PartyLookup
from chalicelib.parties.parties.terms import CustomerTerms, VendorTerms

S = TypeVar("S", bound=msgspec.Struct)
T = TypeVar("T", bound=PartyTerms)


def ref(tenant: Tenant, party_id: str) -> Ref:
    """The key of a party."""
    return Ref(Party, tenant.key(), party_id)


# --- reading ----------------------------------------------------------------------------------------------------------


def in_role(role: PartyRole, row: Party | None) -> Party:
    """The party. NotFound when there is none, or it does not have the role."""
    if row is None or row.terms(role) is None:
        raise NotFound(f"There is no such {role}.")
    return row


def read(call: Call, role: PartyRole, party_id: str) -> Party:
    """One party with the role. NotFound."""
    return in_role(role, next(iter(find_many(call, Party, [ref(call.tenant, party_id)])), None))


def load_for_update(work: Work, role: PartyRole, party_id: str) -> Party:
    """The party with the role that the request changes. NotFound; PreconditionFailed when If-Match does not match;
    PartyMerged when another one has taken its place."""
    row = in_role(role, work.find(Party, work.tenant.key(), party_id))
    work.match(row)
    require_present(row)
    return row


def require_present(row: Party) -> None:
    """PartyMerged when another party has taken its place."""
    if row.merged_into is not None:
        raise PartyMerged(row.merged_into)


def resolved(work: Work, party_id: str) -> Party | None:
    """The party, or the one that it was merged into, however often; None when there is none."""
    return work.find(Party, work.tenant.key(), path(work, party_id)[-1])


def path(work: Work, party_id: str) -> list[str]:
    """The ids of the party and of those that it was merged into, one after the other; the last one is in use. There is
    no circle, because only a party that is not merged can take another one's place."""
    found = [party_id]
    while (row := work.find(Party, work.tenant.key(), found[-1])) is not None and row.merged_into is not None:
        found.append(row.merged_into)
    return found


def family(work: Work, party_id: str) -> list[str]:
    """The ids of the party in use, and of all that were merged into it, however often, the latest one first: what
    belongs to one of them counts in this order. Without merges, one read; empty when there is no such party."""
    found, ahead = [], [path(work, party_id)[-1]]
    while ahead:
        row = work.find(Party, work.tenant.key(), ahead.pop())
        if row is not None:
            found.append(row.id)
            before = [row.merge.previous] if row.merge is not None else []
            ahead += [each for each in (*before, row.last_merged) if each is not None]
    return found


def unmerged(work: Work, role: PartyRole, party_id: str) -> Party:
    """The party with the role, for more that belongs to it. NotFound; PartyMerged when another one has taken its
    place."""
    row = in_role(role, work.find(Party, work.tenant.key(), party_id))
    require_present(row)
    return row


def active(work: Work, role: PartyRole, party_id: str, pointer: str) -> Party:
    """The party, or the one that it was merged into, for a new document. Invalid at `pointer` when there is none with
    the role, or it is archived."""
    row = resolved(work, party_id)
    if row is None or row.terms(role) is None:
        raise Invalid(errors=[FieldError(pointer, f"unknown_{role}", f"There is no such {role}.")])
    if row.status is not PartyStatus.ACTIVE:
        raise Invalid(errors=[FieldError(pointer, f"archived_{role}", f"The {role} is archived.")])
    return row


def present(call: Call, party_ids: Sequence[str]) -> list[Party]:
    """The parties with these ids, in their order; for each that was merged, the one in its place. A party comes once.
    An id may be older than its party."""
    rows = {row.id: row for row in read_all(call, party_ids)}
    while missing := {each.merged_into for each in rows.values() if each.merged_into} - rows.keys():
        found = read_all(call, sorted(each for each in missing if each))
        if not found:
            break
        rows |= {row.id: row for row in found}
    kept: dict[str, Party] = {}
    for party_id in party_ids:
        row = rows.get(party_id)
        while row is not None and row.merged_into is not None:
            row = rows.get(row.merged_into)
        if row is not None:
            kept.setdefault(row.id, row)
    return list(kept.values())


def read_all(call: Call, party_ids: Iterable[str]) -> list[Party]:
    """The parties with these ids, in their order, without ids of none."""
    return find_many(call, Party, [ref(call.tenant, each) for each in party_ids])


def found_in(call: Call, partition: str, most: int) -> list[Party]:
    """At most `most` parties of a partition of the lookup rows that are not merged, oldest first; strongly
    consistent."""
    found = find_all(call, PartyLookup, PartyLookup.partition == partition, limit=most)
    return [row for row in read_all(call, [entry.party_id for entry in found]) if row.merged_into is None]


def names(call: Call, role: PartyRole, party_ids: Collection[str]) -> dict[str, Named]:
    """The names of the parties with the role, by the ids that were given, with their numbers."""
    found = {}
    for row in read_all(call, party_ids):
        terms = row.terms(role)
        if terms is not None:
            found[row.id] = Named(kind=role.value, name=row.name, code=terms.number)
    return found


def terms_of(row: Party, kind: type[T]) -> T:
    """The party's terms of the kind; those of a role that it does not have are empty."""
    return next((each for each in (row.customer, row.vendor) if isinstance(each, kind)), kind())


def view(row: Party, kind: type[S], terms: type[PartyTerms]) -> S:
    """The API's representation of the party with its terms of the kind."""
    shown = msgspec.structs.asdict(terms_of(row, terms))
    uses, steps = row.restricted_uses or [], PARTY.allowed(row)
    return to_struct(row, kind, roles=row.roles(), restricted_uses=uses, allowed_transitions=steps, **shown)


# --- writing ----------------------------------------------------------------------------------------------------------


def add(work: Work, role: PartyRole, command: PartyFields, terms: PartyTerms, pointer: str = "") -> Party:
    """Adds a party with a role, and all by which it is found, to the work. Invalid with every wrong field.
    AlreadyExists when another one has its number or a reference. pointer: where it lies in the request."""
    check(work, command, terms, pointer)
    row = to_row(
        Party,
        command,
        partition=work.tenant.key(),
        id=work.new_id("pty"),
        status=PartyStatus.ACTIVE,
    )
    set_terms(row, role, terms)
    row.set_keys(work.tenant)
    work.create(row, pointer)
    if terms.number is not None:
        work.claim(NUMBER[role], terms.number, row.id, f"{pointer}/number")
    lookups.move(work, row.id, set(), lookups.partitions(work.tenant, row))
    return row


def check(work: Work, command: PartyFields, terms: PartyTerms, pointer: str = "") -> None:
    """Invalid with every wrong field of a new party. pointer: where it lies in the request."""
    _require([*rules.errors(command, terms, pointer), *_unknown(work, terms, pointer)])


def apply(work: Work, role: PartyRole, row: Party, change: PartyChange, pointer: str = "") -> None:
    """Changes the given fields of the row, and all by which it is found. Invalid, AlreadyExists as `add`."""
    before, terms = lookups.partitions(work.tenant, row), row.terms(role)
    if terms is None:
        raise TypeError(f"the party is no {role}")
    wanted = rules.changed(terms, change)
    _require([*rules.errors(change, wanted, pointer), *_unknown(work, wanted, pointer, before=terms)])
    _move_number(work, role, row.id, terms, wanted, pointer)
    set_terms(row, role, wanted)
    patch(row, change, without=wanted.__struct_fields__)
    lookups.move(work, row.id, before, lookups.partitions(work.tenant, row))


def grant(work: Work, role: PartyRole, row: Party, terms: PartyTerms) -> None:
    """Gives the party another role. AlreadyExists when it has it, or another one has the number; Invalid for wrong
    terms."""
    if row.terms(role) is not None:
        raise AlreadyExists(f"It is a {role} already.")
    _require([*rules.term_errors(terms), *_unknown(work, terms)])
    if terms.number is not None:
        work.claim(NUMBER[role], terms.number, row.id, "/number")
    set_terms(row, role, terms)
    row.set_keys(work.tenant)


def run_transition(work: Work, role: PartyRole, party_id: str, transition: str) -> Party:
    """Archives or restores a party, for all its roles. TransitionRefused; Forbidden when the caller may not write all
    of them."""
    row = in_role(role, work.find(Party, work.tenant.key(), party_id))
    work.match(row)
    require_write(work.call, row)
    PARTY.take(row, transition)
    return work.save(row)


def require_write(call: Call, *rows: Party) -> None:
    """Forbidden when the caller may not write a role of the parties."""
    if call.kind != "system":
        for role in sorted({role for row in rows for role in row.roles()}):
            permissions.require(call, f"{role}.write")


def sees(call: Call, row: Party) -> bool:
    """Whether the caller may read the party at one of its doors."""
    return any(permissions.may(call, f"{role}.read") for role in row.roles())


def set_terms(row: Party, role: PartyRole, terms: PartyTerms | None) -> None:
    """Sets what is agreed with the party in a role. TypeError for terms of the other role."""
    if role is PartyRole.CUSTOMER and (terms is None or isinstance(terms, CustomerTerms)):
        row.customer = terms
    elif role is PartyRole.VENDOR and (terms is None or isinstance(terms, VendorTerms)):
        row.vendor = terms
    else:
        raise TypeError(f"{type(terms).__name__} are no terms of a {role}")


def _unknown(work: Work, terms: PartyTerms, pointer: str = "", before: PartyTerms | None = None) -> list[FieldError]:
    """An error for each id of another document that there is not. What has not changed is not looked at again."""
    if not isinstance(terms, CustomerTerms):
        return []
    former = before if isinstance(before, CustomerTerms) else CustomerTerms()
    warehouse, price_list = terms.default_warehouse_id, terms.price_list_id
    problems: list[FieldError] = []
    if warehouse not in (None, former.default_warehouse_id):
        with collected(problems):
            warehouses.known(work, [(str(warehouse), f"{pointer}/default_warehouse_id")])
    if price_list not in (None, former.price_list_id):
        with collected(problems):
            price_lists.active(work, [(str(price_list), f"{pointer}/price_list_id")])
    return problems


def _require(problems: Sequence[FieldError]) -> None:
    """Invalid when there are problems."""
    if problems:
        raise Invalid(errors=problems)


def _move_number(
    work: Work, role: PartyRole, party_id: str, before: PartyTerms, after: PartyTerms, pointer: str
) -> None:
    old, new = before.number, after.number
    if folded(old or "") == folded(new or ""):
        return
    if old is not None:
        work.release(NUMBER[role], old, party_id)
    if new is not None:
        work.claim(NUMBER[role], new, party_id, f"{pointer}/number")
