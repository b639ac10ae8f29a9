"""Events of connections."""

from chalicelib.kernel.events import Event
from chalicelib.search.index.events import TOPIC as SEARCH

CREATED = Event(
    "connection.created",
    "A connection was made; no delivery is taken while it is pending.",
    fields=(),
    topics=(SEARCH,),
)
PROOF_ASKED = Event("connection.proof_asked", "The platform was asked whether a shop is the tenant's.", fields=())
NOT_PROVEN = Event("connection.not_proven", "The platform did not confirm that a shop is the tenant's.")
CONNECTED = Event(
    "connection.connected", "The platform confirmed that a shop is the tenant's: it is connected.", topics=(SEARCH,)
)
EXPIRED = Event("connection.expired", "A connection was pending for too long and has ended.")
UPDATED = Event("connection.updated", "Settings of a connection changed.", topics=(SEARCH,))
SECRET_ROTATED = Event("connection.secret_rotated", "A connection has a new client secret.")
OLD_SECRET_DROPPED = Event("connection.old_secret_dropped", "The old client secret of a connection has ended.")
DISCONNECTED = Event("connection.disconnected", "A shop was disconnected.")
