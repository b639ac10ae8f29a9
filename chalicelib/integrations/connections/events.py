"""Events of connections."""

from chalicelib.kernel.events import Event

CREATED = Event("connection.created", "A shop was connected.")
UPDATED = Event("connection.updated", "Settings of a connection changed.")
SECRET_ROTATED = Event("connection.secret_rotated", "A connection has a new client secret.")
OLD_SECRET_DROPPED = Event("connection.old_secret_dropped", "The old client secret of a connection has ended.")
DISCONNECTED = Event("connection.disconnected", "A shop was disconnected.")
