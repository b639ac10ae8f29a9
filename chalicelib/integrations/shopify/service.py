"""What an order of Shopify does to ours.

Effects key on the order's own id and version, never on a header. Each of them is one transaction with the order's
mapping row, under the condition that the row is still as it was read: whatever is repeated, reordered or done by two
workers at once ends with the newest content, applied once.
"""

from chalicelib.integrations.connections.schemas import Connection
from chalicelib.integrations.inbox.schemas import DeliveryOutcome, DeliveryState, NotYetError, QuarantineError
from chalicelib.integrations.mappings.tables import Mapping
from chalicelib.integrations.shopify import channel, customer_mapping, order_sync, rules
from chalicelib.integrations.shopify.order_sync import Remote, SupersededError
from chalicelib.integrations.shopify.schemas import Order
from chalicelib.jobs import service as jobs
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import AlreadyExists, Contention, DomainError, Invalid, TooManyActions, TransitionRefused
from chalicelib.kernel.use_case import commit
from chalicelib.parties.customers import customer_matching
from chalicelib.sales.orders import service as orders
from chalicelib.sales.orders.schemas import CancelOrder, CancelReason, SalesOrder, SalesOrderStatus

_CROSSINGS = 4
"""How often deliveries of one order may cross before this one is left to the queue."""
_UNAPPLIABLE = frozenset({"too_little", "line_in_use", "fixed", "unknown_line"})
"""What `editing.update` says when goods of the order are on their way already."""


def process(call: Call, connection: Connection, body: bytes) -> DeliveryOutcome:
    """Makes our side follow the order in `body`; converges on repetition.

    QuarantineError when a person is needed, NotYetError while a job works on our order.
    """
    order = rules.parse(body)
    remote = order_sync.remote(call, connection, order)
    for _ in range(_CROSSINGS):
        mapping = remote.mapping()
        try:
            return _follow(call, remote, order, mapping)
        except SupersededError:
            continue
        except AlreadyExists as refused:
            # A twin of this delivery may have added the order between our two looks.
            if mapping is not None or remote.mapping() is None:
                raise QuarantineError.of(refused, remote.external_id) from None
        except Contention:
            raise
        except DomainError as refused:
            order_id = mapping.our_id if mapping else None
            raise QuarantineError.of(refused, remote.external_id, order_id) from None
    raise Contention("Other deliveries of the same order are being worked on.")


def _follow(call: Call, remote: Remote, order: Order, mapping: Mapping | None) -> DeliveryOutcome:
    if mapping is not None and max(mapping.remote_version, mapping.refused_version or "") > remote.version:
        return _outcome(DeliveryState.IGNORED, remote, mapping, "stale", "Newer content of this order was here before.")
    if order.cancelled_at is not None:
        return _cancelled(call, remote, order, mapping)
    if mapping is None:
        order_id, obstacle = _place(call, remote, order), None
    elif mapping.is_ended or mapping.our_id is None:
        if not remote.requested().lines:
            return _outcome(DeliveryState.IGNORED, remote, mapping, "cancelled", "The order was cancelled before.")
        return _refused(remote, mapping, "The order was cancelled here, and has goods again at Shopify.")
    else:
        order_id, obstacle = mapping.our_id, _change(call, remote, mapping, mapping.our_id)
        if obstacle is not None:
            return _refused(remote, mapping, obstacle)
    _confirm(call, remote, mapping, order_id)
    return DeliveryOutcome(DeliveryState.DONE, external_id=remote.external_id, order_id=order_id)


def _refused(remote: Remote, mapping: Mapping, obstacle: str) -> DeliveryOutcome:
    """Only a person can make our order follow, who is asked once for each content. What was refused is not noted as
    applied: a retry tries again."""
    if order_sync.note_refused(remote, mapping):
        raise QuarantineError("not_applied", obstacle, remote.external_id, mapping.our_id)
    detail = f"{obstacle} An earlier delivery with the same content waits for a person, or was dismissed."
    return _outcome(DeliveryState.DONE, remote, mapping, "not_applied", detail)


def _place(call: Call, remote: Remote, order: Order) -> str:
    """Adds customer and order. What can refuse the order is looked at first: a refused one leaves no customer."""
    if not remote.requested().lines:
        raise QuarantineError("no_lines", "The order has no lines of goods.", remote.external_id)
    order_sync.check_skus(call, remote)
    requested, customer_id = customer_mapping.customer(order), None
    if requested is not None and order.customer is not None:
        reference = channel.reference(remote.connection, "customer", order.customer.id)
        customer_id = customer_matching.match_or_create(call, requested, reference).id
    return commit(call, order_sync.place, remote, order, customer_id).id


def _change(call: Call, remote: Remote, mapping: Mapping, order_id: str) -> str | None:
    """Applies a newer version. Returns what kept it from being applied, if our order had gone too far for it."""
    if mapping.remote_version == remote.version:
        return None
    if mapping.content == remote.content_token:
        order_sync.note_version(remote, mapping)
        return None
    current = orders.read(call, order_id)
    _refuse_busy(current)
    if not remote.requested().lines:
        return _empty(call, remote, mapping, current)
    if "update" not in current.allowed_transitions:
        return f"The order is {current.status}."
    return _edit(call, remote, order_id)


def _edit(call: Call, remote: Remote, order_id: str) -> str | None:
    order_sync.check_skus(call, remote)
    try:
        commit(call, order_sync.change, remote)
    except TransitionRefused as refused:
        _refuse_busy(orders.read(call, order_id))
        return f"The order is {refused.current}."
    except TooManyActions:
        return "An order this large is not edited any more."
    except Invalid as refused:
        if not {error.code for error in refused.errors} <= _UNAPPLIABLE:
            raise
        return "Goods of the changed lines are shipped or packed."
    return None


def _empty(call: Call, remote: Remote, mapping: Mapping, current: SalesOrder) -> str | None:
    """Everything was removed or refunded: nobody waits for these goods."""
    if current.status is SalesOrderStatus.CANCELLED:
        order_sync.note_version(remote, mapping)
        return None
    try:
        commit(call, order_sync.cancel, remote, CancelOrder(reason=CancelReason.OTHER))
    except TransitionRefused:
        _refuse_busy(orders.read(call, current.id))
        return "Nothing is left of the order's lines, but goods of it are shipped or packed."
    return None


def _confirm(call: Call, remote: Remote, mapping: Mapping | None, order_id: str) -> None:
    """Confirms what is still a draft, if the connection says so. QuarantineError when `full` finds too little stock,
    NotYetError as long as a job is looking for it."""
    if not remote.connection.auto_confirm:
        return
    current = orders.read(call, order_id)
    if current.status is not SalesOrderStatus.DRAFT:
        return
    _refuse_busy(current)
    _refuse_unconfirmed(call, remote, mapping)
    try:
        confirmed = commit(call, order_sync.confirm, remote, order_id)
    except TransitionRefused:  # somebody else took this step, or another one, in between
        return
    except Contention:
        raise
    except DomainError as refused:
        raise QuarantineError.of(refused, remote.external_id, order_id) from None
    _refuse_busy(confirmed)


def _refuse_unconfirmed(call: Call, remote: Remote, mapping: Mapping | None) -> None:
    """QuarantineError when a job could not confirm the order; a retry begins another one."""
    if mapping is None or mapping.confirm_job is None:
        return
    job = jobs.find(call.tenant, mapping.confirm_job)
    order_sync.forget_confirm(remote, mapping)
    detail = (job.error if job else None) or "There was too little stock to reserve all of the order."
    raise QuarantineError("insufficient_stock", detail, remote.external_id, mapping.our_id)


def _cancelled(call: Call, remote: Remote, order: Order, mapping: Mapping | None) -> DeliveryOutcome:
    """The order ended there. One that never came here is remembered, so that older deliveries of it stay out."""
    if mapping is None:
        order_sync.remember_ended(remote)
        detail = "Cancelled before it came here; nothing was made of it."
        return DeliveryOutcome(DeliveryState.DONE, "cancelled", detail, remote.external_id)
    if mapping.our_id is None:
        order_sync.note_version(remote, mapping)
        return _outcome(DeliveryState.DONE, remote, mapping)
    current = orders.read(call, mapping.our_id)
    if current.status is SalesOrderStatus.CANCELLED or mapping.remote_version == remote.version:
        order_sync.note_version(remote, mapping)
        return _outcome(DeliveryState.DONE, remote, mapping)
    _refuse_busy(current)
    try:
        commit(call, order_sync.cancel, remote, CancelOrder(reason=rules.cancel_reason(order)))
    except TransitionRefused:
        _refuse_busy(orders.read(call, mapping.our_id))
        detail = "Goods of the order are shipped or packed."
        raise QuarantineError("already_shipped", detail, remote.external_id, mapping.our_id) from None
    return _outcome(DeliveryState.DONE, remote, mapping)


def _refuse_busy(current: SalesOrder) -> None:
    """NotYetError while a job works on a large order."""
    if current.job_id is not None:
        raise NotYetError(f"A job works on order {current.number}.")


def _outcome(
    state: DeliveryState, remote: Remote, mapping: Mapping, reason: str | None = None, detail: str | None = None
) -> DeliveryOutcome:
    return DeliveryOutcome(state, reason, detail, remote.external_id, mapping.our_id)
