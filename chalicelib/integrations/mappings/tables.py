"""One durable row for each object of another system that we have acted on."""

from chalicelib.kernel.dynamo.attributes import Flag, Moment, Struct, Text
from chalicelib.kernel.dynamo.model import Row, meta
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.privacy import BUSINESS, USAGE
from chalicelib.kernel.tenant import Tenant


class Mapping(Row):
    """Access: by tenant, channel and kind, and the object's id there. Written in the transaction of its effect.

    A channel is an account of a platform, not a connection of ours: connecting a shop again must not repeat its past.
    `remote_version` sorts as the object's versions do; older content never replaces newer. `content` is a keyed token
    of what was applied, `lines` the line number of each remote line. `our_id` is missing when the object was ended
    before it ever came here. `refused_version` is the newest one that only a person can apply; `confirm_job` works, or
    worked, on confirming. Limit: 1,000 writes a second a channel and kind.
    """

    Meta = meta("mappings")
    partition = Text(BUSINESS, hash_key=True)
    external_id = Text(BUSINESS, range_key=True)
    our_id = Text(BUSINESS, null=True)
    remote_version = Text(BUSINESS)
    content = Text(BUSINESS)
    lines: Struct[dict[str, int]] = Struct(BUSINESS, dict[str, int], null=True)
    is_ended = Flag(BUSINESS)
    refused_version = Text(BUSINESS, null=True)
    confirm_job = Text(BUSINESS, null=True)
    seen_at = Moment(USAGE)


def ref(tenant: Tenant, platform: str, account: str, kind: str, external_id: str) -> Ref:
    """Names the mapping of an object."""
    return Ref(Mapping, tenant.key(platform, account, kind), external_id)
