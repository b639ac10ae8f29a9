"""What an order of Shopify does to ours.

Every effect is decided by the order's own id and version, never by a header. Each is one transaction with the order's
mapping row, on condition that the row is still as it was read. So deliveries may be repeated, reordered or worked on by
two workers at once: our order ends with the newest content, applied once.

A delivery is done when our order follows it and no job works on that order any more. Until then it waits: it comes
again, finds that its version is applied, and waits on or ends.
"""

from chalicelib.integrations.connections.schemas import Connection
from chalicelib.integrations.inbox.schemas import DeliveryOutcome, DeliveryState, NotYetError, QuarantineError
from chalicelib.integrations.mappings.tables import Mapping
from chalicelib.integrations.shopify import channel, customer_mapping, order_sync, rules
from chalicelib.integrations.shopify.order_sync import OrderVersion, SupersededError
from chalicelib.integrations.shopify.schemas import Order
from chalicelib.jobs import service as jobs
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import AlreadyExists, Contention, DomainError, Invalid, TransitionRefused
from chalicelib.kernel.use_case import commit
from chalicelib.parties.customers import customer_matching
from chalicelib.sales.orders import service as orders
from chalicelib.sales.orders.command_schemas import CancelReason, CancelSalesOrder
from chalicelib.sales.orders.schemas import SalesOrder
from chalicelib.sales.orders.status_schemas import SalesOrderStatus

_MAX_TRIES = 4
"""How often other deliveries of the same order may be faster before this one is left to the queue."""
_GOODS_ON_THEIR_WAY = frozenset({"too_little", "line_in_use", "fixed", "unknown_line"})
"""The codes with which an edit is refused because goods of the order are shipped or packed already."""


class _CannotFollowError(Exception):
    """Our order has gone too far to follow its original; the text says why, for a person."""


def process(call: Call, connection: Connection, body: bytes) -> DeliveryOutcome:
    """Makes our side follow the order in `body`. May be repeated.

    QuarantineError when a person is needed, NotYetError while a job works on our order, Contention when other
    deliveries of the same order were faster too often.
    """
    order = rules.parse(body)
    version = order_sync.version_of(call, connection, order)
    for _ in range(_MAX_TRIES):
        mapping = version.mapping()
        try:
            return _follow(call, version, order, mapping)
        except SupersededError:
            continue
        except AlreadyExists as refused:
            # Another worker may have added the order since the mapping was read.
            if mapping is not None or version.mapping() is None:
                raise QuarantineError.of(refused, version.external_id) from None
        except Contention:
            raise
        except DomainError as refused:
            order_id = mapping.our_id if mapping else None
            raise QuarantineError.of(refused, version.external_id, order_id) from None
    raise Contention("Other deliveries of the same order are being worked on.")


def _follow(call: Call, version: OrderVersion, order: Order, mapping: Mapping | None) -> DeliveryOutcome:
    if mapping is None:
        return _follow_first(call, version, order)
    if max(mapping.remote_version, mapping.refused_version or "") > version.sort_key:
        return _outcome(
            DeliveryState.IGNORED, version, mapping, "stale", "Newer content of this order was here before."
        )
    if mapping.our_id is None:
        return _follow_ended(version, mapping)
    current = orders.read(call, mapping.our_id)
    _wait_for_job(current, current.job_id)
    if version.is_cancelled:
        return _follow_cancelled(call, version, order, mapping, current)
    if mapping.is_ended and mapping.remote_version != version.sort_key:
        return _follow_ended(version, mapping)
    return _follow_content(call, version, mapping, current)


def _follow_first(call: Call, version: OrderVersion, order: Order) -> DeliveryOutcome:
    """The order was never here. One that is cancelled already is recorded, so that older deliveries of it stay out."""
    if version.is_cancelled:
        order_sync.record_ended(version)
        detail = "Cancelled before it came here; nothing was made of it."
        return DeliveryOutcome(DeliveryState.DONE, "cancelled", detail, version.external_id)
    created = _create(call, version, order)
    _confirm(call, version, created)
    return DeliveryOutcome(DeliveryState.DONE, external_id=version.external_id, order_id=created.id)


def _follow_ended(version: OrderVersion, mapping: Mapping) -> DeliveryOutcome:
    """The order has ended here, or ended before it came here."""
    if version.is_cancelled:
        order_sync.mark_seen(version, mapping)
        return _outcome(DeliveryState.DONE, version, mapping)
    if not version.active_content().lines:
        return _outcome(DeliveryState.IGNORED, version, mapping, "cancelled", "The order was cancelled before.")
    return _refuse(version, mapping, "The order was cancelled here, and has goods again at Shopify.")


def _follow_content(call: Call, version: OrderVersion, mapping: Mapping, current: SalesOrder) -> DeliveryOutcome:
    """The order is under way, or a delivery with this version has changed or ended it before."""
    if mapping.content != version.content_token and mapping.remote_version != version.sort_key:
        try:
            current = _change(call, version, mapping, current)
        except _CannotFollowError as obstacle:
            return _refuse(version, mapping, str(obstacle))
    else:
        if mapping.remote_version != version.sort_key:
            order_sync.mark_seen(version, mapping)
        _refuse_unconfirmed(call, version, mapping, current)
    _confirm(call, version, current)
    return _outcome(DeliveryState.DONE, version, mapping)


def _follow_cancelled(
    call: Call, version: OrderVersion, order: Order, mapping: Mapping, current: SalesOrder
) -> DeliveryOutcome:
    """The order ended at Shopify."""
    if current.status is SalesOrderStatus.CANCELLED or mapping.remote_version == version.sort_key:
        order_sync.mark_seen(version, mapping)
        return _outcome(DeliveryState.DONE, version, mapping)
    if _cancelled(call, version, current, rules.cancel_reason(order)) is None:
        detail = "Goods of the order are shipped or packed."
        raise QuarantineError("already_shipped", detail, version.external_id, mapping.our_id)
    return _outcome(DeliveryState.DONE, version, mapping)


def _refuse(version: OrderVersion, mapping: Mapping, obstacle: str) -> DeliveryOutcome:
    """Only a person can make our order follow, who is asked once for each content. The version is not marked as
    applied, so a retry tries again."""
    if order_sync.mark_refused(version, mapping):
        raise QuarantineError("not_applied", obstacle, version.external_id, mapping.our_id)
    detail = f"{obstacle} An earlier delivery with the same content waits for a person, or was dismissed."
    return _outcome(DeliveryState.DONE, version, mapping, "not_applied", detail)


def _create(call: Call, version: OrderVersion, order: Order) -> SalesOrder:
    """Adds customer and order. What can refuse the order is looked at first: a refused one leaves no customer."""
    if not version.active_content().lines:
        raise QuarantineError("no_lines", "The order has no lines of goods.", version.external_id)
    order_sync.check_skus(call, version)
    new_customer, customer_id = customer_mapping.customer(order), None
    if new_customer is not None and order.customer is not None:
        reference = channel.reference(version.connection, "customer", order.customer.id)
        customer_id = customer_matching.match_or_create(call, new_customer, reference).id
    return commit(call, order_sync.create, version, order, customer_id)


def _change(call: Call, version: OrderVersion, mapping: Mapping, current: SalesOrder) -> SalesOrder:
    """Applies newer content and returns the order. NotYetError when a job goes on with it."""
    if not version.active_content().lines:
        return _cancel_emptied(call, version, mapping, current)
    if "update" not in current.allowed_transitions:
        raise _CannotFollowError(f"The order is {current.status}.")
    order_sync.check_skus(call, version)
    try:
        edited = commit(call, order_sync.edit, version)
    except TransitionRefused as refused:
        _wait_for_job(current, refused.job_id)
        raise _CannotFollowError(f"The order is {refused.current}.") from None
    except Invalid as refused:
        if not {error.code for error in refused.errors} <= _GOODS_ON_THEIR_WAY:
            raise
        raise _CannotFollowError("Goods of the changed lines are shipped or packed.") from None
    _wait_for_job(edited, edited.job_id)
    return edited


def _cancel_emptied(call: Call, version: OrderVersion, mapping: Mapping, current: SalesOrder) -> SalesOrder:
    """Cancels an order of which every line was removed or refunded: nobody waits for these goods."""
    if current.status is SalesOrderStatus.CANCELLED:
        order_sync.mark_seen(version, mapping)
        return current
    cancelled = _cancelled(call, version, current, CancelReason.OTHER)
    if cancelled is None:
        raise _CannotFollowError("Nothing is left of the order's lines, but goods of it are shipped or packed.")
    return cancelled


def _cancelled(call: Call, version: OrderVersion, current: SalesOrder, reason: CancelReason) -> SalesOrder | None:
    """The order as it is after its cancellation; None when goods of it are shipped or packed, so that a person has to
    look at it. NotYetError while a job works on it."""
    try:
        cancelled = commit(call, order_sync.cancel, version, CancelSalesOrder(reason=reason))
    except order_sync.ShippedError:
        return None
    except TransitionRefused as refused:
        _wait_for_job(current, refused.job_id)
        return None
    _wait_for_job(cancelled, cancelled.job_id)
    return cancelled


def _confirm(call: Call, version: OrderVersion, current: SalesOrder) -> None:
    """Confirms a draft, if the connection says so. QuarantineError when `full` finds too little stock, NotYetError as
    long as a job is looking for it."""
    if not _is_to_be_confirmed(version, current):
        return
    try:
        confirmed = commit(call, order_sync.confirm, version, current.id)
    except TransitionRefused as refused:
        # Somebody else took this step, or another one, in between.
        _wait_for_job(current, refused.job_id)
        return
    except Contention:
        raise
    except DomainError as refused:
        raise QuarantineError.of(refused, version.external_id, current.id) from None
    _wait_for_job(confirmed, confirmed.job_id)


def _is_to_be_confirmed(version: OrderVersion, current: SalesOrder) -> bool:
    return version.connection.auto_confirm and current.status is SalesOrderStatus.DRAFT


def _refuse_unconfirmed(call: Call, version: OrderVersion, mapping: Mapping, current: SalesOrder) -> None:
    """QuarantineError when a job has tried to confirm this content and could not; a retry begins another one."""
    if mapping.confirm_job is None or not _is_to_be_confirmed(version, current):
        return
    job = jobs.find(call, mapping.confirm_job)
    order_sync.clear_confirm_job(version, mapping)
    detail = (job.error if job else None) or "There was too little stock to reserve all of the order."
    raise QuarantineError("insufficient_stock", detail, version.external_id, mapping.our_id)


def _wait_for_job(order: SalesOrder, job_id: str | None) -> None:
    """NotYetError while a job works on a large order: the delivery comes again later."""
    if job_id is not None:
        raise NotYetError(f"A job works on order {order.number}.")


def _outcome(
    state: DeliveryState, version: OrderVersion, mapping: Mapping, reason: str | None = None, detail: str | None = None
) -> DeliveryOutcome:
    return DeliveryOutcome(state, reason, detail, version.external_id, mapping.our_id)
