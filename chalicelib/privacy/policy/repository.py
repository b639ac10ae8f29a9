"""Reads of the ledger."""

from chalicelib.kernel.call import Call
from chalicelib.kernel.visibility import find_all
from chalicelib.privacy.policy.tables import PolicyEntry, of_user


def own(call: Call) -> list[PolicyEntry]:
    """The caller's entries, oldest version first."""
    return find_all(call, PolicyEntry, (PolicyEntry.partition == call.tenant.key()) & of_user(call.actor))
