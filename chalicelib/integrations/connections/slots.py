"""How many connections a tenant may have at once, because each has a secret that is paid for by the month.

A connection holds a slot until it ends."""

from chalicelib.integrations.connections import tables
from chalicelib.kernel import config
from chalicelib.kernel.dynamo.actions import ref_of
from chalicelib.kernel.quotas import QuotaReached
from chalicelib.kernel.work import Work


def free(work: Work) -> int:
    """The number of a free slot. QuotaReached when there is none."""
    most = config.current().connections_max
    held = work.read(*(ref_of(tables.slot_claim(work.tenant, number, "")) for number in range(most)))
    number = next((number for number, claim in enumerate(held) if claim is None), None)
    if number is None:
        raise QuotaReached(f"There are {most} connections, which is the most: disconnect one first.")
    return number


def take(work: Work, connection_id: str) -> int:
    """Gives the connection a free slot and returns its number; when another connection was faster, the commit decides
    again. QuotaReached."""
    number = free(work)
    work.insert(tables.slot_claim(work.tenant, number, connection_id))
    return number


def release(work: Work, row: tables.Connection) -> None:
    """Gives the connection's slot back."""
    claim = tables.slot_claim(work.tenant, row.slot, row.id)
    work.remove(ref_of(claim), tables.Claim.connection_id == row.id)
