"""Decisions about connections that need no store."""

from chalicelib.integrations.connections.schemas import ConnectionStatus

TRANSITIONS: dict[ConnectionStatus, dict[str, ConnectionStatus]] = {
    ConnectionStatus.CONNECTED: {
        "rotate-secret": ConnectionStatus.CONNECTED,
        "drop-old-secret": ConnectionStatus.CONNECTED,
        "disconnect": ConnectionStatus.DISCONNECTED,
    },
    ConnectionStatus.DISCONNECTED: {},
}


def allowed(status: ConnectionStatus, *, has_old_secret: bool) -> list[str]:
    """The steps that can be taken now."""
    return [step for step in TRANSITIONS[status] if step != "drop-old-secret" or has_old_secret]
