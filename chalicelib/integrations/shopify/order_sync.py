"""The single steps by which our order follows one of Shopify, each one transaction with its mapping row."""

import hashlib
from dataclasses import dataclass

import msgspec
from msgspec import UNSET

from chalicelib.catalog.items import service as items
from chalicelib.integrations.connections.schemas import Connection
from chalicelib.integrations.inbox.schemas import QuarantineError
from chalicelib.integrations.mappings.tables import Mapping
from chalicelib.integrations.shopify import channel, rules
from chalicelib.integrations.shopify.rules import GoodsLine
from chalicelib.integrations.shopify.schemas import Order
from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.codes import folded
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import encode_hook
from chalicelib.kernel.lookup_tokens import lookup_token
from chalicelib.kernel.mapping import merged
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work
from chalicelib.sales.orders import events as order_events
from chalicelib.sales.orders import service as orders
from chalicelib.sales.orders import update
from chalicelib.sales.orders.command_schemas import CancelSalesOrder, ConfirmSalesOrder
from chalicelib.sales.orders.line_schemas import NewSalesOrderLine, SalesOrderLineChange
from chalicelib.sales.orders.schemas import NewSalesOrder, SalesOrder, SalesOrderChange

_NAMED_SKUS = 10
_encoder = msgspec.json.Encoder(enc_hook=encode_hook, decimal_format="string", order="deterministic")


class SupersededError(Exception):
    """Another delivery of the same order was faster: read the mapping again and decide anew."""


class ShippedError(Exception):
    """Goods of the order have left, so it cannot be cancelled as a whole."""


@dataclass(frozen=True, slots=True)
class OrderVersion:
    """One version of an order as it is at Shopify. `sort_key` sorts as the order's versions do. `content` is missing
    when the order is cancelled; `content_token` is equal for equal contents."""

    tenant: Tenant
    connection: Connection
    external_id: str
    sort_key: str
    content: rules.OrderContent | None
    content_token: str

    @property
    def ref(self) -> store.Ref:
        """Names the order's mapping row."""
        return channel.mapping_ref(self.tenant, self.connection, "order", self.external_id)

    @property
    def is_cancelled(self) -> bool:
        """Whether the order is cancelled in this version."""
        return self.content is None

    def mapping(self) -> Mapping | None:
        """The order's mapping row, read strongly."""
        return store.get(Mapping, self.ref.hash_key, self.ref.range_key)

    def active_content(self) -> rules.OrderContent:
        """The content. RuntimeError for a cancelled order, which has none."""
        if self.content is None:
            raise RuntimeError("a cancelled order has no content")
        return self.content


def version_of(call: Call, connection: Connection, order: Order) -> OrderVersion:
    """The version that a delivery brought. QuarantineError when its content cannot be booked."""
    content, token = None, ""
    if order.cancelled_at is None:
        content = rules.content(order)
        digest = hashlib.sha256(_encoder.encode(content)).hexdigest()
        token = lookup_token(call.tenant, "order_content", digest)
    return OrderVersion(call.tenant, connection, str(order.id), rules.version(order, token[:16]), content, token)


def check_skus(call: Call, version: OrderVersion) -> None:
    """QuarantineError naming the SKUs that no item has."""
    skus = list(dict.fromkeys(line.sku for line in version.active_content().lines))
    known = items.find_ids_by_sku(call, skus)
    unknown = [sku[:64] for sku in skus if sku not in known]
    if unknown:
        named = ", ".join(unknown[:_NAMED_SKUS])
        more = len(unknown) - _NAMED_SKUS
        rest = f" and {more} more" if more > 0 else ""
        detail = f"No item has the SKU {named}{rest}. Add the items, then retry."
        raise QuarantineError("unknown_sku", detail, version.external_id)


@use_case(order_events.CREATED)
def create(work: Work, version: OrderVersion, order: Order, customer_id: str | None) -> SalesOrder:
    """Adds the order and its mapping. SupersededError when there is a mapping already."""
    if work.find(Mapping, version.ref.hash_key, version.ref.range_key) is not None:
        raise SupersededError
    content, connection = version.active_content(), version.connection
    created = orders.create(
        work,
        NewSalesOrder(
            warehouse_id=connection.warehouse_id,
            currency=order.currency,
            lines=[_new_line(line) for line in content.lines],
            customer_id=customer_id,
            customer_reference=f"{channel.slug(connection)}/{order.order_number}",
            reservation=connection.reservation,
            prices_include_tax=bool(order.taxes_included),
            charges=content.charges,
            billing_address=content.billing_address,
            shipping_address=content.shipping_address,
            ordered_at=order.created_at,
            note=content.note,
            external_refs=[channel.reference(connection, "order", order.id)],
        ),
    )
    work.insert(_mapping_row(version, our_id=created.id, lines=_line_numbers(content.lines, created)))
    return created


@use_case(order_events.UPDATED)
def edit(work: Work, version: OrderVersion) -> SalesOrder:
    """Makes lines, charges, addresses and note of our order follow. SupersededError when newer content was faster.

    The mapping takes the version in the same transaction, also when a job goes on with a large order: it is applied
    once, and a delivery that comes again sees the job on the order.
    """
    mapping = _load_older_mapping(work, version)
    content, order_id = version.active_content(), str(mapping.our_id)
    our_skus = {line.line: line.sku for line in orders.current(work, order_id).lines}
    lines = [
        merged(
            SalesOrderLineChange,
            _new_line(line),
            line=_line_to_keep(mapping, our_skus, line),
            discount_amount=line.discount,
        )
        for line in content.lines
    ]
    edited = update.update(
        work,
        order_id,
        SalesOrderChange(
            lines=lines,
            charges=content.charges,
            # An address that is withheld later on does not take back what was told before.
            billing_address=content.billing_address or UNSET,
            shipping_address=content.shipping_address or UNSET,
            note=content.note or UNSET,
        ),
    )
    following = _mapping_row(version, our_id=order_id, lines=_line_numbers(content.lines, edited))
    work.overwrite(following, Mapping.remote_version == mapping.remote_version)
    return edited


@use_case(order_events.CANCELLED)
def cancel(work: Work, version: OrderVersion, command: CancelSalesOrder) -> SalesOrder:
    """Cancels our order. ShippedError when a part of it has left; SupersededError when newer content was faster."""
    mapping = _load_older_mapping(work, version)
    our_id = str(mapping.our_id)
    if any(line.shipped for line in orders.current(work, our_id).lines):
        raise ShippedError
    cancelled = orders.cancel(work, our_id, command)
    following = _mapping_row(version, our_id=mapping.our_id, lines=mapping.lines, is_ended=True)
    work.overwrite(following, Mapping.remote_version == mapping.remote_version)
    return cancelled


@use_case(order_events.CONFIRMED)
def confirm(work: Work, version: OrderVersion, order_id: str) -> SalesOrder:
    """Confirms our order. The mapping names the job of a large one, so that a draft which the job could not confirm is
    told from one that nobody has tried to confirm."""
    confirmed = orders.confirm(work, order_id, ConfirmSalesOrder())
    if confirmed.job_id is not None:
        work.change(version.ref, Mapping.confirm_job.set(confirmed.job_id), condition=Mapping.external_id.exists())
    return confirmed


def clear_confirm_job(version: OrderVersion, mapping: Mapping) -> None:
    """Removes the name of the job that could not confirm the order, so that the order can be confirmed anew.
    SupersededError when the mapping names another one by now."""
    changes, unchanged = [Mapping.confirm_job.remove()], Mapping.confirm_job == mapping.confirm_job
    if not store.write(store.update(version.ref, changes, unchanged)):
        raise SupersededError


def mark_seen(version: OrderVersion, mapping: Mapping) -> None:
    """Notes a version by which nothing of ours changes. SupersededError when another version was faster."""
    changes = [
        Mapping.remote_version.set(version.sort_key),
        Mapping.content.set(version.content_token),
        Mapping.is_ended.set(mapping.is_ended or version.content is None),
        Mapping.seen_at.set(clock.now()),
        Mapping.refused_version.remove(),
    ]
    if not store.write(store.update(version.ref, changes, Mapping.remote_version == mapping.remote_version)):
        raise SupersededError


def mark_refused(version: OrderVersion, mapping: Mapping) -> bool:
    """Notes a version that only a person can apply. False when another version with the same content is noted already.
    SupersededError when another version was faster."""
    known = mapping.refused_version
    if (
        known is not None
        and known != version.sort_key
        and rules.content_of(known) == rules.content_of(version.sort_key)
    ):
        return False
    refused = Mapping.refused_version
    is_newest = refused.does_not_exist() | (refused <= version.sort_key)
    unchanged = (Mapping.remote_version == mapping.remote_version) & is_newest
    if not store.write(store.update(version.ref, [refused.set(version.sort_key)], unchanged)):
        raise SupersededError
    return True


def record_ended(version: OrderVersion) -> None:
    """Adds the mapping of an order that ended before it ever came here. SupersededError when there is one already."""
    row = _mapping_row(version, our_id=None, lines=None, is_ended=True)
    if not store.write(store.put(row, Mapping.external_id.does_not_exist())):
        raise SupersededError


def _load_older_mapping(work: Work, version: OrderVersion) -> Mapping:
    """The mapping of an order that is here. SupersededError when it has this version or a newer one."""
    mapping = work.find(Mapping, version.ref.hash_key, version.ref.range_key)
    if mapping is None or mapping.our_id is None or mapping.remote_version >= version.sort_key:
        raise SupersededError
    return mapping


def _line_to_keep(mapping: Mapping, our_skus: dict[int, str], line: GoodsLine) -> int | None:
    """The number of our line for one of Shopify's, if it is still there and still that item."""
    number = (mapping.lines or {}).get(line.remote_id)
    return number if number is not None and folded(our_skus.get(number, "")) == folded(line.sku) else None


def _new_line(line: GoodsLine) -> NewSalesOrderLine:
    return merged(
        NewSalesOrderLine,
        line,
        discount_amount=line.discount or None,
        # The shop has taxed the sale; our own tax codes do not compute it once more.
        tax_amount=line.tax,
        tax_code_id=None,
    )


def _line_numbers(lines: list[GoodsLine], order: SalesOrder) -> dict[str, int]:
    """Our line numbers by Shopify's line ids."""
    ordered = [line for line in order.lines if line.kit_line is None]
    return {line.remote_id: shown.line for line, shown in zip(lines, ordered, strict=True)}


def _mapping_row(
    version: OrderVersion, *, our_id: str | None, lines: dict[str, int] | None, is_ended: bool = False
) -> Mapping:
    return Mapping(
        partition=version.ref.hash_key,
        external_id=version.external_id,
        our_id=our_id,
        remote_version=version.sort_key,
        content=version.content_token,
        lines=lines,
        is_ended=is_ended,
        seen_at=clock.now(),
    )
