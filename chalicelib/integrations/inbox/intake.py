"""A verified delivery becomes a row and a message; the work comes later."""

import msgspec

from chalicelib.access import sandbox
from chalicelib.integrations.connections.lookup import LiveConnection
from chalicelib.integrations.inbox import bodies, rules, service, tables
from chalicelib.integrations.inbox.schemas import DeliveryState, InboundDelivery
from chalicelib.kernel import clock, config, log, open_tenants, outages
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import client, store
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import commit


class DeliveryMessage(msgspec.Struct, frozen=True):
    """A message of the queue. It names the delivery and holds no data of it."""

    tenant: str
    delivery: str


@outages.as_contention()
def accept(connection: LiveConnection, inbound: InboundDelivery) -> None:
    """Keeps the delivery and queues it. A repeated one is queued again while it is open, else nothing happens.

    Body, row and message are written in this order: whatever fails in between, the platform delivers again or
    `requeue_stale` finds the row. Contention when a service is busy: the platform delivers again.
    """
    delivery, platforms_id = rules.identity(connection.id, inbound.topic, inbound.delivery_id, inbound.body)
    row = store.get(tables.Delivery, connection.tenant.key(), delivery)
    if row is None:
        call = Call.system(connection.tenant, "webhook")
        with sandbox.time_of(connection.tenant):
            row = _row(call, connection, inbound, delivery, platforms_id)
            open_tenants.mark(connection.tenant)
            row = _kept(call, row)
        log.count("DeliveriesReceived")
    if row.state in rules.OPEN:
        enqueue(connection.tenant, delivery)


def _kept(call: Call, row: tables.Delivery) -> tables.Delivery:
    """Writes the delivery, and returns it as it is now. One that waits for a person is journaled, so that consumers can
    follow it; the worker journals what becomes of the others."""
    if row.state is DeliveryState.QUARANTINED:
        commit(call, service.keep_for_a_person, row)
        return row
    is_new = store.write(store.put(row, tables.Delivery.id.does_not_exist()))
    return row if is_new else store.get(tables.Delivery, row.partition, row.id) or row


@outages.as_contention()
def enqueue(tenant: Tenant, delivery: str, wait_seconds: int = 0) -> None:
    """Tells the worker which delivery to work on, after a while. Contention when the queue is busy."""
    body = msgspec.json.encode(DeliveryMessage(tenant.id, delivery)).decode()
    url = config.current().inbox_queue_url
    client.aws("sqs").send_message(QueueUrl=url, MessageBody=body, DelaySeconds=wait_seconds)


def _row(
    call: Call, connection: LiveConnection, inbound: InboundDelivery, delivery: str, platforms_id: str
) -> tables.Delivery:
    now, settled = clock.now(), inbound.settled
    state = settled.state if settled else DeliveryState.RECEIVED
    # Nobody looks at the body of an ignored delivery.
    is_kept = state is not DeliveryState.IGNORED
    row = tables.Delivery(
        partition=connection.tenant.key(),
        id=delivery,
        connection_id=connection.id,
        platform=connection.platform,
        topic=inbound.topic,
        delivery_id=platforms_id,
        state=state,
        reason=settled.reason if settled else None,
        detail=settled.detail if settled else None,
        attempts=0,
        body_key=bodies.keep(connection.tenant, connection.id, delivery, inbound.body) if is_kept else None,
        received_at=now,
        open_in=connection.tenant.key() if state in rules.OPEN else None,
        open_since=clock.real() if state in rules.OPEN else None,
        version=1,
        created_at=now,
        created_by=call.actor,
        updated_at=now,
        updated_by=call.actor,
    )
    row.list_unresolved()
    return row
