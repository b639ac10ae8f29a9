"""Connections of a tenant, and the platform's index of all of them."""

from chalicelib.integrations.connections.schemas import ConnectionQuery, ConnectionStatus, PendingReason, Platform
from chalicelib.kernel.dynamo.attributes import Choice, Flag, Moment, Struct, Text, Whole
from chalicelib.kernel.dynamo.model import Document, Row, meta
from chalicelib.kernel.privacy import BUSINESS, CREDENTIAL
from chalicelib.kernel.tenant import PLATFORM, Tenant
from chalicelib.kernel.views import View
from chalicelib.sales.orders.status_schemas import ReservationMode


class Connection(Document):
    """Access: by id, newest first. A few for each tenant. The secret itself is only in Secrets Manager; `secret_tokens`
    are keyed tokens of the valid ones, the newest first. slot: which of the tenant's slots it holds until it ends."""

    Meta = meta("connections")
    entity = "connection"
    platform: Choice[Platform] = Choice(BUSINESS, Platform)
    shop_domain = Text(BUSINESS)
    client_id = Text(BUSINESS)
    status: Choice[ConnectionStatus] = Choice(BUSINESS, ConnectionStatus)
    warehouse_id = Text(BUSINESS)
    reservation: Choice[ReservationMode] = Choice(BUSINESS, ReservationMode)
    auto_confirm = Flag(BUSINESS)
    secret_tokens: Struct[list[str]] = Struct(CREDENTIAL, list[str])
    old_secret_until = Moment(BUSINESS, null=True)
    slot = Whole(BUSINESS)
    pending_reason: Choice[PendingReason] = Choice(BUSINESS, PendingReason, null=True)
    pending_until = Moment(BUSINESS, null=True)
    shop_id = Text(BUSINESS, null=True)
    connected_at = Moment(BUSINESS, null=True)
    disconnected_at = Moment(BUSINESS, null=True)


class IndexEntry(Row):
    """Access: by connection id, which names the tenant; all, by the reconciler. Written with its connection.

    Limit: 3,000 reads a second for all tenants; each process reads a connection once a minute.
    """

    Meta = meta("connection_index")
    partition = Text(BUSINESS, hash_key=True)
    connection_id = Text(BUSINESS, range_key=True)
    tenant = Text(BUSINESS)
    platform: Choice[Platform] = Choice(BUSINESS, Platform)
    account = Text(BUSINESS)
    status: Choice[ConnectionStatus] = Choice(BUSINESS, ConnectionStatus)
    pending_until = Moment(BUSINESS, null=True)
    secret_tokens: Struct[list[str]] = Struct(CREDENTIAL, list[str])
    old_secret_until = Moment(BUSINESS, null=True)


class Claim(Row):
    """Access: by kind and value: which connection has a shop, and whose a secret is, over all tenants and only when the
    platform has confirmed it; and which connection holds a slot of its tenant."""

    Meta = meta("connection_claims")
    partition = Text(BUSINESS, hash_key=True)
    value = Text(BUSINESS, range_key=True)
    connection_id = Text(BUSINESS)


INDEX = PLATFORM.key("connections")
VIEWS: tuple[View[ConnectionQuery], ...] = (
    View(lambda request: Connection.partition == request.tenant.key(), filters=("status",), newest_first=True),
)


def account_claim(platform: Platform, account: str, connection_id: str) -> Claim:
    """One account of a platform is connected once."""
    return Claim(partition=PLATFORM.key("account", platform), value=account, connection_id=connection_id)


def secret_claim(token: str, connection_id: str) -> Claim:
    """One secret belongs to one connection: only the body of a delivery is signed, so of two shops with one secret each
    could send deliveries in the name of the other."""
    return Claim(partition=PLATFORM.key("secret"), value=token, connection_id=connection_id)


def slot_claim(tenant: Tenant, number: int, connection_id: str) -> Claim:
    """A tenant has a number of slots, and each connection holds one until it ends."""
    return Claim(partition=tenant.key("slot"), value=f"{number:04}", connection_id=connection_id)
