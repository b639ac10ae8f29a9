"""Events of users."""

from chalicelib.kernel.events import Event

LOGGED_IN = Event(
    "user.logged_in",
    "A user logged in for the first time, or the account changed since the last login.",
    starts_job=True,
)
INVITED = Event("user.invited", "A person was invited.", starts_job=True)
UPDATED = Event("user.updated", "Roles or names of a user changed.", starts_job=True)
LIMITED = Event("user.limited", "A user was limited to warehouses, or to none any more.")
INVITED_AGAIN = Event("user.invited_again", "An invited person is sent the invitation again.", starts_job=True)
DISABLED = Event("user.disabled", "A user was shut out.", starts_job=True)
ENABLED = Event("user.enabled", "A disabled user was let in again.", starts_job=True)
REMOVED = Event("user.removed", "A membership or an invitation was ended.", starts_job=True)
SYNCED = Event("user.synced", "Keycloak was brought up to date with a user.")
SYNC_REFUSED = Event("user.sync_refused", "Keycloak refused to be brought up to date with a user.")
