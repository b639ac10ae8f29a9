"""Users: one row each. Keycloak has the accounts; here is what the tenant says of a person."""

from chalicelib.access.roles import Role
from chalicelib.identity.users.schemas import UserQuery, UserStatus, UserSyncState
from chalicelib.kernel import uniques
from chalicelib.kernel.dynamo.attributes import Choice, Flag, Moment, Struct, Text, Texts
from chalicelib.kernel.dynamo.model import Document, Row, meta
from chalicelib.kernel.lookup_tokens import lookup_token
from chalicelib.kernel.privacy import BUSINESS, CONTACT, NAME, USAGE, Partitions, Persons, Purpose
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.views import View, required

_EMAIL = "user_email"
EMAIL_KIND = uniques.Kind(_EMAIL, "e-mail address", "user", form=str)
"""By token."""
SUBJECT_KIND = uniques.Kind("user_subject", "account", "user", form=str)


class User(Document):
    """Access: by id, newest first; by e-mail address or subject, through `uniques`. Limit: 1,000 writes a second a
    tenant. profile_at: when name and address were last read from the account. mailed_at: when the last invitation was
    sent. is_mail_pending: an invitation is to be sent."""

    Meta = meta("users")
    entity = "user"
    purposes = (Purpose.AUTHENTICATE, Purpose.OPERATE, Purpose.NOTIFY)
    persons = Persons(("staff",), Partitions.ONE)
    subject = Text(USAGE, null=True)
    email = Text(CONTACT, null=True)
    given_name = Text(NAME, null=True)
    family_name = Text(NAME, null=True)
    roles: Struct[list[Role]] = Struct(BUSINESS, list[Role])
    warehouses: Struct[list[str]] = Struct(BUSINESS, list[str], null=True)
    status: Choice[UserStatus] = Choice(BUSINESS, UserStatus)
    sync: Choice[UserSyncState] = Choice(BUSINESS, UserSyncState)
    job_id = Text(BUSINESS, null=True)
    profile_at = Moment(USAGE, null=True)
    mailed_at = Moment(USAGE, null=True)
    is_mail_pending = Flag(BUSINESS, null=True)

    @property
    def is_person(self) -> bool:
        return True

    def known_as(self) -> tuple[str, ...]:
        return (self.id, self.subject) if self.subject else (self.id,)


class InvitedAddress(Row):
    """Access: by the token of the address, under the platform, because an account belongs to the realm and not to a
    tenant (invited.py). claims: the open invitations. unused: accounts that were left or disabled. busy_by and
    busy_since: the user for whom a job deletes or disables accounts at this moment."""

    Meta = meta("invited_addresses")
    partition = Text(USAGE, hash_key=True)
    claims = Texts(BUSINESS, null=True)
    unused = Texts(USAGE, null=True)
    busy_by = Text(BUSINESS, null=True)
    busy_since = Moment(USAGE, null=True)


def email_token(tenant: Tenant, email: str) -> str:
    """The token that stands for an address in keys."""
    return lookup_token(tenant, _EMAIL, email)


VIEWS: tuple[View[UserQuery], ...] = (
    View(lambda request: User.partition == request.tenant.key(), filters=("status",), newest_first=True),
    View(
        lambda request: uniques.is_value(
            request.tenant, EMAIL_KIND, email_token(request.tenant, required(request.query.email))
        ),
        needs=frozenset({"email"}),
    ),
    View(
        lambda request: uniques.is_value(request.tenant, SUBJECT_KIND, required(request.query.subject)),
        needs=frozenset({"subject"}),
    ),
)
