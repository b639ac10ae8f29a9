"""What goes with the data of a party that is erased."""

from chalicelib.kernel.dynamo.model import Row
from chalicelib.kernel.work import Work
from chalicelib.parties.parties import lookups
from chalicelib.parties.parties.tables import MATCHED_EMAIL, Party


def erased(work: Work, before: Row, row: Row) -> None:
    """Removes all by which the party was found, and the ids that other systems have for the person."""
    if not isinstance(before, Party) or not isinstance(row, Party):
        raise TypeError("this is no party")
    lookups.move(work, row.id, lookups.partitions(work.tenant, before), lookups.partitions(work.tenant, row))
    if row.is_person:
        row.external_refs = None
    emails = set(lookups.emails(before.contacts or [])) - set(lookups.emails(row.contacts or []))
    for token in sorted(lookups.email_token(work.tenant, each) for each in emails):
        if work.owners(MATCHED_EMAIL, [token]).get(token) == row.id:
            work.release(MATCHED_EMAIL, token, row.id)
    row.set_keys(work.tenant)
