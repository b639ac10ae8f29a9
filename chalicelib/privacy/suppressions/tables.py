"""Whom an erasure has taken out, so that an old file does not bring him back."""

from chalicelib.kernel.dynamo.attributes import Moment, Text
from chalicelib.kernel.dynamo.model import Row, meta
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.lookup_tokens import lookup_token
from chalicelib.kernel.privacy import BUSINESS, USAGE, Basis, Partitions, Persons, Retention
from chalicelib.kernel.tenant import Tenant

DAYS = 95
"""Backups are gone by then, and files that were made before the erasure are old (docs/privacy-requests.md)."""
ANY = "any"
"""The token of the row that says whether the tenant has any: most have none, and pay one read for that."""


class Suppression(Row):
    """Access: by the keyed token of an address or of an id in another system. request_id: the erasure."""

    Meta = meta("privacy_suppressions")
    persons = Persons(
        ("customers", "vendors"),
        Partitions.ONE,
        kept="Tokens without the values, so that what was erased does not come back; they end after 95 days",
    )
    basis = Basis.LEGAL_OBLIGATION
    retention = Retention(
        rule="privacy_suppressions",
        days=DAYS,
        since="erased_at",
        basis="Until backups and files that still have the person are gone (GDPR Art. 17)",
        by_ttl=True,
    )
    partition = Text(BUSINESS, hash_key=True)
    token = Text(USAGE, range_key=True)
    request_id = Text(BUSINESS)
    erased_at = Moment(BUSINESS)


def any_ref(tenant: Tenant) -> Ref:
    """The key of the row that says whether there is any."""
    return Ref(Suppression, tenant.key(), ANY)


def email_ref(tenant: Tenant, email: str) -> Ref:
    """The key of the row of an e-mail address."""
    return Ref(Suppression, tenant.key(), lookup_token(tenant, "suppressed_email", email))


def external_ref(tenant: Tenant, value: str) -> Ref:
    """The key of the row of an id in another system."""
    return Ref(Suppression, tenant.key(), lookup_token(tenant, "suppressed_reference", value))
