"""Decisions about connections that need no store."""

from chalicelib.integrations.connections.schemas import Status

TRANSITIONS: dict[Status, dict[str, Status]] = {
    Status.CONNECTED: {
        "rotate-secret": Status.CONNECTED,
        "drop-old-secret": Status.CONNECTED,
        "disconnect": Status.DISCONNECTED,
    },
    Status.DISCONNECTED: {},
}


def allowed(status: Status, *, has_old_secret: bool) -> list[str]:
    """The steps that can be taken now."""
    return [step for step in TRANSITIONS[status] if step != "drop-old-secret" or has_old_secret]
