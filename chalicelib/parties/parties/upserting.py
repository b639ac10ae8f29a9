"""Parties as rows, at both doors: whom a row means, and how it is written."""

from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec
from msgspec import UNSET

from chalicelib.bulk import kinds
from chalicelib.bulk.kinds import UniqueValue, Upserted
from chalicelib.bulk.schemas import BulkKey, BulkRowOutcome
from chalicelib.kernel import declaration
from chalicelib.kernel.call import Call
from chalicelib.kernel.codes import folded
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.work import Work
from chalicelib.parties.parties import repository
from chalicelib.parties.parties.schemas import PartyChange, PartyRole, PartyStatus
from chalicelib.parties.parties.tables import NUMBER, REF_KIND, Party

KEYS = {BulkKey.CODE: "number", BulkKey.EXTERNAL_REF: "external_refs"}


def prepare(work: Work, role: PartyRole, rows: Sequence[PartyChange], key: BulkKey) -> None:
    """Reads the parties that the rows mean, and who was erased of them, in few round trips."""
    _suppressions("prefetch")(work, rows)
    owners = sorted(set(_owners(work, role, rows, key).values()))
    work.fetch(*(repository.ref(work.tenant, party_id) for party_id in owners))


def _owners(work: Work, role: PartyRole, rows: Iterable[PartyChange], key: BulkKey) -> dict[str, str]:
    """The keys of rows that a party has, with its id."""
    if key is BulkKey.CODE:
        return work.owners(NUMBER[role], [number for row in rows if (number := number_of(row))])
    return work.owners(REF_KIND, [ref.value for row in rows for ref in row.external_refs or ()])


def write(
    work: Work, role: PartyRole, row: PartyChange, key: BulkKey, pointer: str, add: Callable[[PartyChange], Party]
) -> Upserted:
    """Changes the given fields of the party that the row's key names, or adds it. One that was merged stands for the
    one in its place, which keeps its number. Matched by reference, new references are added and none is removed.
    Invalid, also when the references belong to several, to a party without the role, or to somebody who was erased;
    AlreadyExists. pointer: where the row lies in the request."""
    _suppressions("check")(work, row, pointer)
    owners = sorted(_owners(work, role, [row], key).values())
    found = {party.id: party for each in owners if (party := repository.resolved(work, each)) is not None}
    if not found:
        return BulkRowOutcome.CREATED, add(row).id
    party = next(iter(found.values()))
    if len(found) > 1:
        says = "These references belong to several; merge them first."
        raise Invalid(errors=[FieldError(f"{pointer}/external_refs", "ambiguous", says)])
    if party.terms(role) is None:
        says = f"This party is no {role} yet; make it one first."
        raise Invalid(errors=[FieldError(f"{pointer}/external_refs", "other_role", says)])
    if key is BulkKey.CODE and owners != [party.id]:
        row = msgspec.structs.replace(row, number=UNSET)
    if key is BulkKey.EXTERNAL_REF:
        known = party.external_refs or []
        added = [ref for ref in row.external_refs or () if ref not in known]
        row = msgspec.structs.replace(row, external_refs=[*known, *added])
    before = party.item()
    repository.apply(work, role, party, row, pointer)
    if party.item() == before:
        return BulkRowOutcome.UNCHANGED, party.id
    work.save(party, pointer)
    return BulkRowOutcome.UPDATED, party.id


def _suppressions(function: str) -> Callable[..., None]:
    """What keeps out who was erased."""
    found: Callable[..., None] = declaration.extension("imported", "parties", function)
    return found


def number_of(row: PartyChange) -> str | None:
    """The number that a row gives the party in its role; None when it gives none."""
    number = getattr(row, KEYS[BulkKey.CODE])
    return None if number is UNSET else number


def unique(row: PartyChange) -> Iterator[UniqueValue]:
    """The values that no other row of the same request or file may have."""
    number = number_of(row)
    if number:
        yield "number", folded(number)
    yield from ((f"external_refs/{index}", ref.value) for index, ref in enumerate(row.external_refs or ()))


def page(call: Call, role: PartyRole, status: str | None, after: str | None) -> tuple[list[Party], str | None]:
    """Parties with the role that are not merged, for `Kind.page`."""
    found, following = kinds.in_order(Party, call, status, after)
    shown = [row for row in found if row.terms(role) is not None and row.status is not PartyStatus.MERGED]
    return shown, following
