"""The single steps by which an order of Shopify becomes ours, each one transaction with its mapping row."""

import hashlib
import re
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import UNSET

from chalicelib.catalog.items import service as items
from chalicelib.integrations.connections.schemas import Connection
from chalicelib.integrations.inbox.schemas import QuarantineError
from chalicelib.integrations.mappings.tables import Mapping
from chalicelib.integrations.shopify import channel, rules
from chalicelib.integrations.shopify.rules import WantedLine
from chalicelib.integrations.shopify.schemas import Order
from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import encode_hook
from chalicelib.kernel.lookup_tokens import lookup_token
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work
from chalicelib.sales.orders import events as order_events
from chalicelib.sales.orders import service as orders
from chalicelib.sales.orders import update
from chalicelib.sales.orders.schemas import (
    CancelOrder,
    ConfirmOrder,
    NewSalesOrder,
    NewSalesOrderLine,
    SalesOrder,
    SalesOrderChange,
    SalesOrderLineChange,
)

_SKU = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+ -]{0,63}")
_NAMED_SKUS = 10
_encoder = msgspec.json.Encoder(enc_hook=encode_hook, decimal_format="string", order="deterministic")


class SupersededError(Exception):
    """Another delivery of the same order was faster: look again at where the order stands."""


@dataclass(frozen=True, slots=True)
class Remote:
    """One version of an order as it is at Shopify. `content` is missing when it is cancelled: nothing of it counts."""

    tenant: Tenant
    connection: Connection
    external_id: str
    version: str
    content: rules.RemoteOrder | None
    content_token: str

    @property
    def ref(self) -> store.Ref:
        return channel.mapping_ref(self.tenant, self.connection, "order", self.external_id)

    def mapping(self) -> Mapping | None:
        """The order's mapping row, read strongly."""
        return store.get(Mapping, self.ref.hash_key, self.ref.range_key)

    def requested(self) -> rules.RemoteOrder:
        if self.content is None:
            raise RuntimeError("a cancelled order wants nothing")
        return self.content


def remote(call: Call, connection: Connection, order: Order) -> Remote:
    """The version that a delivery brought."""
    content, token = None, ""
    if order.cancelled_at is None:
        content = rules.content(order)
        digest = hashlib.sha256(_encoder.encode(content)).hexdigest()
        token = lookup_token(call.tenant, "order_content", digest)
    return Remote(call.tenant, connection, str(order.id), rules.version(order, token[:16]), content, token)


def check_skus(call: Call, remote: Remote) -> None:
    """QuarantineError naming the SKUs that no item has."""
    skus = list(dict.fromkeys(line.sku for line in remote.requested().lines))
    known = items.ids_by_sku(Work(call), [sku for sku in skus if _SKU.fullmatch(sku)])
    unknown = [sku[:64] for sku in skus if sku not in known]
    if unknown:
        named = ", ".join(unknown[:_NAMED_SKUS])
        more = len(unknown) - _NAMED_SKUS
        rest = f" and {more} more" if more > 0 else ""
        detail = f"No item has the SKU {named}{rest}. Add the items, then retry."
        raise QuarantineError("unknown_sku", detail, remote.external_id)


@use_case(order_events.CREATED)
def place(work: Work, remote: Remote, order: Order, customer_id: str | None) -> SalesOrder:
    """Adds the order and its mapping. SupersededError when it is there already."""
    if work.find(Mapping, remote.ref.hash_key, remote.ref.range_key) is not None:
        raise SupersededError
    requested, connection = remote.requested(), remote.connection
    created = orders.create(
        work,
        NewSalesOrder(
            warehouse_id=connection.warehouse_id,
            currency=order.currency,
            lines=[NewSalesOrderLine(**_fields(line)) for line in requested.lines],
            customer_id=customer_id,
            customer_reference=f"{channel.slug(connection)}/{order.order_number}",
            reservation=connection.reservation,
            prices_include_tax=bool(order.taxes_included),
            charges=requested.charges,
            billing_address=requested.billing_address,
            shipping_address=requested.shipping_address,
            ordered_at=order.created_at,
            note=requested.note,
            external_refs=[channel.reference(connection, "order", order.id)],
        ),
    )
    work.insert(_row(remote, our_id=created.id, lines=_numbers(requested.lines, created)))
    return created


@use_case(order_events.UPDATED)
def change(work: Work, remote: Remote) -> SalesOrder:
    """Makes lines, charges, addresses and note of our order follow. SupersededError when newer content was faster."""
    held = _older(work, remote)
    requested, order_id = remote.requested(), str(held.our_id)
    present = {line.line: line.sku for line in orders.current(work, order_id).lines}
    lines = [SalesOrderLineChange(line=_present(held, present, line), **_fields(line)) for line in requested.lines]
    changed = update.update(
        work,
        order_id,
        SalesOrderChange(
            lines=lines,
            charges=requested.charges,
            # An address that is withheld later on does not take back what was told before.
            billing_address=requested.billing_address or UNSET,
            shipping_address=requested.shipping_address or UNSET,
            note=requested.note or UNSET,
        ),
    )
    following = _row(remote, our_id=order_id, lines=_numbers(requested.lines, changed))
    work.overwrite(following, Mapping.remote_version == held.remote_version)
    return changed


@use_case(order_events.CANCELLED)
def cancel(work: Work, remote: Remote, command: CancelOrder) -> SalesOrder:
    """Cancels our order. SupersededError when newer content was faster."""
    held = _older(work, remote)
    cancelled = orders.cancel(work, str(held.our_id), command)
    work.overwrite(_next(remote, held, is_ended=True), Mapping.remote_version == held.remote_version)
    return cancelled


@use_case(order_events.CONFIRMED)
def confirm(work: Work, remote: Remote, order_id: str) -> SalesOrder:
    """Confirms our order. The job of a large one is noted: a draft that it leaves behind is no fresh one."""
    confirmed = orders.confirm(work, order_id, ConfirmOrder())
    if confirmed.job_id is not None:
        work.change(remote.ref, Mapping.confirm_job.set(confirmed.job_id), condition=Mapping.external_id.exists())
    return confirmed


def forget_confirm(remote: Remote, held: Mapping) -> None:
    """Lets the order be confirmed anew. SupersededError when it may be already."""
    changes, unchanged = [Mapping.confirm_job.remove()], Mapping.confirm_job == held.confirm_job
    if not store.write(store.update(remote.ref, changes, unchanged)):
        raise SupersededError


def note_version(remote: Remote, held: Mapping) -> None:
    """Remembers that this version was seen, when nothing of ours changes by it."""
    changes = [
        Mapping.remote_version.set(remote.version),
        Mapping.content.set(remote.content_token),
        Mapping.is_ended.set(held.is_ended or remote.content is None),
        Mapping.seen_at.set(clock.now()),
        Mapping.refused_version.remove(),
    ]
    if not store.write(store.update(remote.ref, changes, Mapping.remote_version == held.remote_version)):
        raise SupersededError


def note_refused(remote: Remote, held: Mapping) -> bool:
    """Remembers a version that only a person can apply. False when another version with this content is known so."""
    known = held.refused_version
    if known is not None and known != remote.version and rules.content_of(known) == rules.content_of(remote.version):
        return False
    refused = Mapping.refused_version
    is_newest = refused.does_not_exist() | (refused <= remote.version)
    unchanged = (Mapping.remote_version == held.remote_version) & is_newest
    if not store.write(store.update(remote.ref, [refused.set(remote.version)], unchanged)):
        raise SupersededError
    return True


def remember_ended(remote: Remote) -> None:
    """Remembers an order that ended before it ever came here."""
    row = _row(remote, our_id=None, lines=None, is_ended=True)
    if not store.write(store.put(row, Mapping.external_id.does_not_exist())):
        raise SupersededError


def _older(work: Work, remote: Remote) -> Mapping:
    held = work.find(Mapping, remote.ref.hash_key, remote.ref.range_key)
    if held is None or held.our_id is None or held.remote_version >= remote.version:
        raise SupersededError
    return held


def _present(held: Mapping, present: dict[int, str], line: WantedLine) -> int | None:
    """Our line for a remote one, if it is still there and still that item."""
    number = (held.lines or {}).get(line.remote_id)
    return number if number is not None and present.get(number) == line.sku else None


def _fields(line: WantedLine) -> dict[str, Any]:
    return {
        "sku": line.sku,
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "discount_amount": line.discount or None,
        "tax_amount": line.tax,
    }


def _numbers(requested: list[WantedLine], order: SalesOrder) -> dict[str, int]:
    return {line.remote_id: shown.line for line, shown in zip(requested, order.lines, strict=True)}


def _next(remote: Remote, held: Mapping, *, is_ended: bool) -> Mapping:
    return _row(remote, our_id=held.our_id, lines=held.lines, is_ended=is_ended)


def _row(remote: Remote, *, our_id: str | None, lines: dict[str, int] | None, is_ended: bool = False) -> Mapping:
    return Mapping(
        partition=remote.ref.hash_key,
        external_id=remote.external_id,
        our_id=our_id,
        remote_version=remote.version,
        content=remote.content_token,
        lines=lines,
        is_ended=is_ended,
        seen_at=clock.now(),
    )
