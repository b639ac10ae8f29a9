"""Events of users."""

from chalicelib.kernel.events import Event

LOGGED_IN = Event("user.logged_in", "A user logged in for the first time, or the account changed since the last login.")
INVITED = Event("user.invited", "A person was invited.")
UPDATED = Event("user.updated", "Roles or names of a user changed.")
LIMITED = Event("user.limited", "A user was limited to warehouses, or to none any more.")
INVITED_AGAIN = Event("user.invited_again", "An invited person is sent the invitation again.")
DISABLED = Event("user.disabled", "A user was shut out.")
ENABLED = Event("user.enabled", "A disabled user was let in again.")
REMOVED = Event("user.removed", "A membership or an invitation was ended.")
SYNCED = Event("user.synced", "Keycloak was brought up to date with a user.")
SYNC_REFUSED = Event("user.sync_refused", "Keycloak refused to be brought up to date with a user.")
