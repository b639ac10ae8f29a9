"""Users: one row each. Keycloak has the accounts; here is what the tenant says of a person."""

from chalicelib.access.roles import Role
from chalicelib.identity.users.schemas import SyncState, UserQuery, UserStatus
from chalicelib.kernel.dynamo.attributes import Choice, Flag, Moment, Struct, Text
from chalicelib.kernel.dynamo.model import Document, meta
from chalicelib.kernel.lists import View, required
from chalicelib.kernel.lookup_tokens import lookup_token
from chalicelib.kernel.privacy import BUSINESS, CONTACT, IDENTITY, USAGE
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.uniques import Unique

EMAIL_KIND = "user_email"
SUBJECT_KIND = "user_subject"


class User(Document):
    """Access: by id, newest first; by e-mail address or subject, through `uniques`. Limit: 1,000 writes a second a
    tenant. profile_at: when name and address were last read from the account. mailed_at: when the last invitation was
    sent. is_mail_pending: an invitation is to be sent."""

    Meta = meta("users")
    entity = "user"
    subject = Text(USAGE, null=True)
    email = Text(CONTACT, null=True)
    given_name = Text(IDENTITY, null=True)
    family_name = Text(IDENTITY, null=True)
    roles: Struct[list[Role]] = Struct(BUSINESS, list[Role])
    warehouses: Struct[list[str]] = Struct(BUSINESS, list[str], null=True)
    status: Choice[UserStatus] = Choice(BUSINESS, UserStatus)
    sync: Choice[SyncState] = Choice(BUSINESS, SyncState)
    job_id = Text(BUSINESS, null=True)
    profile_at = Moment(USAGE, null=True)
    mailed_at = Moment(USAGE, null=True)
    is_mail_pending = Flag(BUSINESS, null=True)


def email_token(tenant: Tenant, email: str) -> str:
    """The token that stands for an address in keys."""
    return lookup_token(tenant, EMAIL_KIND, email)


VIEWS: tuple[View[UserQuery], ...] = (
    View(lambda request: User.partition == request.tenant.key(), filters=("status",), newest_first=True),
    View(
        lambda request: (
            (Unique.partition == request.tenant.key(EMAIL_KIND))
            & (Unique.value == email_token(request.tenant, required(request.query.email)))
        ),
        needs=frozenset({"email"}),
    ),
    View(
        lambda request: (
            (Unique.partition == request.tenant.key(SUBJECT_KIND)) & (Unique.value == required(request.query.subject))
        ),
        needs=frozenset({"subject"}),
    ),
)
