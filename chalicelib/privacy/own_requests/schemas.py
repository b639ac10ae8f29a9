"""API schemas of requests of users about their own accounts."""

import msgspec

from chalicelib.kernel.pages import PageQuery
from chalicelib.kernel.schemas import AllowedTransitions, Stamped
from chalicelib.privacy.requests.content_schemas import PrivacyRequestId, Statement
from chalicelib.privacy.requests.law_schemas import Law, PrivacyLaw
from chalicelib.privacy.requests.schemas import Kind, PrivacyRequestFields


class NewOwnPrivacyRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A request about your own account; for a correction, say in the statement what is wrong."""

    kind: Kind
    law: Law = PrivacyLaw.GDPR
    statement: Statement = ""


class OwnPrivacyRequest(PrivacyRequestFields, Stamped, frozen=True, kw_only=True):
    """A request about your own account."""

    id: PrivacyRequestId
    allowed_transitions: AllowedTransitions


class OwnPrivacyRequestQuery(PageQuery, frozen=True, kw_only=True):
    """Newest first."""
