"""The tables of customers. External references are rows of `uniques`; e-mail addresses are looked up by token."""

from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.kernel import clock
from chalicelib.kernel.dynamo.attributes import Choice, Struct, Text
from chalicelib.kernel.dynamo.model import Row, index_meta, meta
from chalicelib.kernel.external_refs import ExternalRef
from chalicelib.kernel.lifecycle import Master
from chalicelib.kernel.lists import View, required
from chalicelib.kernel.lookup_tokens import lookup_token
from chalicelib.kernel.privacy import ADDRESS, BUSINESS, CONTACT, FREE_TEXT, IDENTITY, USAGE
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.uniques import Unique
from chalicelib.parties.customers.schemas import Contact, CustomerAddress, CustomerKind, CustomerQuery, PaymentTerms


class ByUpdate(GlobalSecondaryIndex["Customer"]):
    Meta = index_meta("by_update")
    partition = Text(BUSINESS, hash_key=True)
    updated_at = Text(USAGE, range_key=True)


class Customer(Master):
    """Access: by id, newest first; by time of change (index). Limit: 1,000 writes a second for a tenant."""

    Meta = meta("customers")
    entity = "customer"
    kind: Choice[CustomerKind] = Choice(BUSINESS, CustomerKind)
    name = Text(IDENTITY)
    contacts: Struct[list[Contact]] = Struct(CONTACT, list[Contact], null=True)
    addresses: Struct[list[CustomerAddress]] = Struct(ADDRESS, list[CustomerAddress], null=True)
    tax_id = Text(IDENTITY, null=True)
    currency = Text(BUSINESS, null=True)
    terms: Struct[PaymentTerms] = Struct(BUSINESS, PaymentTerms, null=True)
    notes = Text(FREE_TEXT, null=True)
    by_update = ByUpdate()


class CustomerEmail(Row):
    """Access: the customers of an e-mail address, by its token; several may share one."""

    Meta = meta("customer_emails")
    partition = Text(BUSINESS, hash_key=True)
    customer_id = Text(BUSINESS, range_key=True)


def email_token(tenant: Tenant, email: str) -> str:
    """The lookup token of an e-mail address, for keys."""
    return lookup_token(tenant, "email", email)


REF_KIND = f"{Customer.entity}_ref"
_FILTERS = ("status",)
VIEWS: tuple[View[CustomerQuery], ...] = (
    View(lambda request: Customer.partition == request.tenant.key(), filters=_FILTERS, newest_first=True),
    View(
        lambda request: (
            (ByUpdate.partition == request.tenant.key())
            & (ByUpdate.updated_at >= clock.text(required(request.query.updated_since)))
        ),
        needs=frozenset({"updated_since"}),
        sort="updated_at",
        index="by_update",
        filters=_FILTERS,
    ),
    View(
        lambda request: ByUpdate.partition == request.tenant.key(),
        sort="updated_at",
        index="by_update",
        filters=_FILTERS,
    ),
    View(
        lambda request: (
            CustomerEmail.partition == request.tenant.key(email_token(request.tenant, required(request.query.email)))
        ),
        needs=frozenset({"email"}),
    ),
    View(
        lambda request: (
            (Unique.partition == request.tenant.key(REF_KIND))
            & (
                Unique.value
                == ExternalRef(required(request.query.external_system), required(request.query.external_id)).value
            )
        ),
        needs=frozenset({"external_system", "external_id"}),
    ),
)
