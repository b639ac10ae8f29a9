"""The life of a connection."""

from chalicelib.integrations.connections.schemas import ConnectionStatus
from chalicelib.integrations.connections.tables import Connection
from chalicelib.kernel.state_machine import Guard, StateMachine, automatic, to

_PENDING, _CONNECTED, _DISCONNECTED = ConnectionStatus
CONNECTION: StateMachine[ConnectionStatus, Connection] = StateMachine(
    {
        _PENDING: (
            to("verify", _CONNECTED, _PENDING),
            to("disconnect", _DISCONNECTED),
            automatic("expire", _DISCONNECTED),
        ),
        _CONNECTED: (
            to("rotate-secret", _CONNECTED),
            to("drop-old-secret", _CONNECTED),
            to("disconnect", _DISCONNECTED),
        ),
        _DISCONNECTED: (),
    },
    guards={"drop-old-secret": Guard("there is an old secret", lambda row: len(row.secret_tokens) > 1)},
)
