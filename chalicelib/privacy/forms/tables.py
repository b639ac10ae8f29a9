"""The public form of a tenant, and the links that lead to forms."""

from chalicelib.kernel.dynamo.attributes import Text
from chalicelib.kernel.dynamo.model import Document, Row, meta
from chalicelib.kernel.privacy import BUSINESS, CREDENTIAL
from chalicelib.kernel.tenant import PLATFORM


class PrivacyForm(Document):
    """The public form of a tenant. Access: by tenant; one row. token_hash: SHA-256 of the last part of its link."""

    Meta = meta("privacy_forms")
    entity = "privacy_form"
    token_hash = Text(CREDENTIAL)


class FormLink(Row):
    """Which tenant a link to a form is of. Access: by the hash of the link's last part, under the platform, because
    whoever has the link has no token. Limit: 3,000 reads a second for all tenants; the door's throttle is far below."""

    Meta = meta("privacy_form_links")
    partition = Text(BUSINESS, hash_key=True)
    token_hash = Text(CREDENTIAL, range_key=True)
    tenant = Text(BUSINESS)


ID = "form"
"""The id of a tenant's one form."""
LINKS = PLATFORM.key("privacy_forms")
