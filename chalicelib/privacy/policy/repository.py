"""Reads of the ledger."""

from chalicelib.kernel.call import Call
from chalicelib.kernel.visibility import find, find_all
from chalicelib.privacy.policy.schemas import PolicyStep
from chalicelib.privacy.policy.tables import PolicyEntry, of_user, ref


def was_shown(call: Call, number: int) -> bool:
    """Whether the caller was shown the version before."""
    name = ref(call.tenant, call.actor, number, PolicyStep.SHOWN)
    return find(call, PolicyEntry, name.hash_key, name.range_key) is not None


def own(call: Call) -> list[PolicyEntry]:
    """The caller's entries, oldest version first."""
    return find_all(call, PolicyEntry, (PolicyEntry.partition == call.tenant.key()) & of_user(call.actor))
