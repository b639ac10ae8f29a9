"""Keeps erased persons out of imports. Whoever comes again himself, by a new order or a record that somebody adds by
hand, is let in."""

from collections.abc import Iterable

from msgspec import UNSET

from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.work import Work
from chalicelib.parties.parties.schemas import PartyChange
from chalicelib.privacy.suppressions import tables

_SAYS = "This person was erased. Leave the row out, or add the person by hand if he has come again."


def prefetch(work: Work, rows: Iterable[PartyChange]) -> None:
    """Reads what `check` needs, in few round trips."""
    if work.read(tables.any_ref(work.tenant))[0] is not None:
        work.fetch(*dict.fromkeys(ref for row in rows for _, ref in _refs(work, row)))


def check(work: Work, row: PartyChange, pointer: str) -> None:
    """Invalid for a row of somebody who was erased. pointer: where it lies in the request."""
    if work.read(tables.any_ref(work.tenant))[0] is None:
        return
    refs = _refs(work, row)
    found = work.read(*(ref for _, ref in refs))
    problems = [
        FieldError(f"{pointer}/{place}", "was_erased", _SAYS)
        for (place, _), known in zip(refs, found, strict=True)
        if known is not None
    ]
    if problems:
        raise Invalid(errors=problems)


def _refs(work: Work, row: PartyChange) -> list[tuple[str, Ref]]:
    """The rows that tell it, each with its place in the row."""
    contacts = [] if row.contacts is UNSET else row.contacts
    known = [
        (f"contacts/{index}/email", tables.email_ref(work.tenant, contact.email))
        for index, contact in enumerate(contacts)
        if contact.email
    ]
    references = [] if row.external_refs is UNSET else row.external_refs
    known += [
        (f"external_refs/{index}", tables.external_ref(work.tenant, ref.value)) for index, ref in enumerate(references)
    ]
    return known
