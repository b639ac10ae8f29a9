"""Access states: what is known of tenants, users and sessions beyond their tokens."""

from chalicelib.kernel import clock
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import Flag, Moment, Struct, Text, Texts, Whole
from chalicelib.kernel.dynamo.model import Row, meta
from chalicelib.kernel.privacy import BUSINESS, USAGE, Retention
from chalicelib.kernel.tenant import PLATFORM, Tenant, compound

ALL_SESSIONS = "all"
"""Stands for the id of a session in the row of all sessions of a user."""


class AccessState(Row):
    """Access: by subject. In the tenant's partition: the tenant, or one of its users. In the platform's partition: one
    session of a user, or all of them, because a login belongs to the realm and not to a tenant. Every tenant has its
    row: an organization of Keycloak without one is no tenant.

    not_before: tokens issued earlier are refused. is_blocked: all tokens are refused. scope_ids: the parts of the
    tenant that the user is limited to; missing means no limit. roles: roles of a token that are not among these are
    ignored, until Keycloak is up to date; missing means all count. policy_shown: the versions of the privacy policy
    that the user was shown. policy_accepted: the newest one that the user has accepted; missing means none.
    api_version: the version of the API that the tenant has pinned; clock_at, clock_since, is_clock_frozen: how a
    sandbox has set its clock, missing for other tenants; all of these only in the tenant's own row. ended_at: set only
    for sessions, whose rows are not needed after their last token has expired.
    """

    Meta = meta("access_states")
    partition = Text(USAGE, hash_key=True)
    subject = Text(USAGE, range_key=True)
    not_before = Moment(USAGE, null=True)
    is_blocked = Flag(BUSINESS, null=True)
    scope_ids: Struct[list[str]] = Struct(BUSINESS, list[str], null=True)
    roles: Struct[list[str]] = Struct(BUSINESS, list[str], null=True)
    policy_shown = Texts(USAGE, null=True)
    policy_accepted = Whole(USAGE, null=True)
    api_version = Text(BUSINESS, null=True)
    clock_at = Moment(BUSINESS, null=True)
    clock_since = Moment(BUSINESS, null=True)
    is_clock_frozen = Flag(BUSINESS, null=True)
    ended_at = Moment(USAGE, null=True)
    retention = Retention(
        rule="ended_sessions",
        days=2,
        since="ended_at",
        basis="Not needed after the last token of the session has expired, five minutes after the logout",
        by_ttl=True,
    )

    def clock_setting(self) -> clock.Setting | None:
        """How the clock of a sandbox is set; None for the row of another tenant."""
        if self.clock_at is None or self.clock_since is None:
            return None
        return clock.Setting(self.clock_at, self.clock_since, bool(self.is_clock_frozen))


def tenant_ref(tenant: Tenant) -> store.Ref:
    """The row of the tenant itself."""
    return store.Ref(AccessState, tenant.key("access_state"), "tenant")


def user_ref(tenant: Tenant, sub: str) -> store.Ref:
    """The row of one of the tenant's users."""
    return store.Ref(AccessState, tenant.key("access_state"), compound("user", sub))


def session_ref(sub: str, sid: str) -> store.Ref:
    """The row of a session of a user, or of all of them."""
    return store.Ref(AccessState, PLATFORM.key("sessions", sub), compound("session", sid))
