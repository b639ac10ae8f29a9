"""What an order of Shopify does to ours.

Effects key on the order's own id and version, never on a header. Each of them is one transaction with the order's
mapping row, under the condition that the row is still as it was read: whatever is repeated, reordered or done by two
workers at once ends with the newest content, applied once.
"""

from chalicelib.integrations.connections.schemas import Connection
from chalicelib.integrations.inbox.schemas import Outcome, QuarantineError, State
from chalicelib.integrations.mappings.tables import Mapping
from chalicelib.integrations.shopify import applying, channel, people, rules
from chalicelib.integrations.shopify.applying import Remote, SupersededError
from chalicelib.integrations.shopify.schemas import Order
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import AlreadyExists, Contention, DomainError, Invalid, TooManyActions, TransitionRefused
from chalicelib.kernel.use_case import commit
from chalicelib.parties.customers import adoption
from chalicelib.sales.orders import service as orders
from chalicelib.sales.orders.schemas import CancelOrder, ConfirmOrder, SalesOrder, Status

_CROSSINGS = 4
"""How often deliveries of one order may cross before this one is left to the queue."""
_UNAPPLIABLE = frozenset({"too_little", "line_in_use", "fixed", "unknown_line"})
"""What `editing.update` says when goods of the order are on their way already."""


def process(call: Call, connection: Connection, body: bytes) -> Outcome:
    """Makes our side follow the order in `body`. QuarantineError when a person is needed; converges on repetition."""
    order = rules.parse(body)
    remote = applying.remote(call, connection, order)
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


def _follow(call: Call, remote: Remote, order: Order, mapping: Mapping | None) -> Outcome:
    if mapping is not None and mapping.remote_version > remote.version:
        return _outcome(State.IGNORED, remote, mapping, "stale", "Newer content of this order was here before.")
    if order.cancelled_at is not None:
        return _cancelled(call, remote, order, mapping)
    if mapping is None:
        order_id, obstacle = _place(call, remote, order), None
    elif mapping.is_ended or mapping.our_id is None:
        return _outcome(State.IGNORED, remote, mapping, "cancelled", "The order was cancelled before.")
    else:
        order_id, obstacle = mapping.our_id, _change(call, remote, mapping, mapping.our_id)
    _confirm(call, remote, order_id)
    if obstacle is not None:
        return Outcome(State.DONE, "not_applied", obstacle, remote.external_id, order_id)
    return Outcome(State.DONE, external_id=remote.external_id, order_id=order_id)


def _place(call: Call, remote: Remote, order: Order) -> str:
    """Adds customer and order. What can refuse the order is looked at first: a refused one leaves no customer."""
    if not remote.wanted().lines:
        raise QuarantineError("no_lines", "The order has no lines of goods.", remote.external_id)
    applying.check_skus(call, remote)
    wanted, customer_id = people.customer(order), None
    if wanted is not None and order.customer is not None:
        reference = channel.reference(remote.connection, "customer", order.customer.id)
        customer_id = adoption.adopted(call, wanted, reference).id
    return commit(call, applying.place, remote, order, customer_id).id


def _change(call: Call, remote: Remote, mapping: Mapping, order_id: str) -> str | None:
    """Applies a newer version. Returns what kept it from being applied, if our order had gone too far for it."""
    if mapping.remote_version == remote.version:
        return None
    if mapping.content == remote.content_token:
        applying.note_version(remote, mapping)
        return None
    obstacle = _edit(call, remote, order_id)
    if obstacle is not None:
        applying.note_version(remote, mapping)
    return obstacle


def _edit(call: Call, remote: Remote, order_id: str) -> str | None:
    current = orders.read(call, order_id)
    _refuse_busy(current)
    if not remote.wanted().lines:
        return "Recorded only: nothing is left of the order's lines."
    if "update" not in current.allowed_transitions:
        return f"Recorded only: the order is {current.status}."
    applying.check_skus(call, remote)
    try:
        commit(call, applying.change, remote)
    except TransitionRefused as refused:
        return f"Recorded only: the order is {refused.current}."
    except TooManyActions:
        return "Recorded only: an order this large is not edited any more."
    except Invalid as refused:
        if not {error.code for error in refused.errors} <= _UNAPPLIABLE:
            raise
        return "Recorded only: goods of the changed lines are shipped or packed."
    return None


def _confirm(call: Call, remote: Remote, order_id: str) -> None:
    """Confirms what is still a draft, if the connection says so. QuarantineError when `full` finds too little stock."""
    if not remote.connection.auto_confirm:
        return
    current = orders.read(call, order_id)
    if current.status is not Status.DRAFT or current.job_id is not None:
        return
    try:
        commit(call, orders.confirm, order_id, ConfirmOrder())
    except TransitionRefused:  # somebody else took this step, or another one, in between
        return
    except Contention:
        raise
    except DomainError as refused:
        raise QuarantineError.of(refused, remote.external_id, order_id) from None


def _cancelled(call: Call, remote: Remote, order: Order, mapping: Mapping | None) -> Outcome:
    """The order ended there. One that never came here is remembered, so that older deliveries of it stay out."""
    if mapping is None:
        applying.remember_ended(remote)
        detail = "Cancelled before it came here; nothing was made of it."
        return Outcome(State.DONE, "cancelled", detail, remote.external_id)
    if mapping.our_id is None:
        applying.note_version(remote, mapping)
        return _outcome(State.DONE, remote, mapping)
    current = orders.read(call, mapping.our_id)
    if current.status is Status.CANCELLED or mapping.remote_version == remote.version:
        applying.note_version(remote, mapping)
        return _outcome(State.DONE, remote, mapping)
    _refuse_busy(current)
    try:
        commit(call, applying.cancel, remote, CancelOrder(reason=rules.cancel_reason(order)))
    except TransitionRefused:
        detail = "Goods of the order are shipped or packed."
        raise QuarantineError("already_shipped", detail, remote.external_id, mapping.our_id) from None
    return _outcome(State.DONE, remote, mapping)


def _refuse_busy(current: SalesOrder) -> None:
    """Contention, so that the delivery comes again, while a job works on a large order."""
    if current.job_id is not None:
        raise Contention(f"A job works on order {current.number}.")


def _outcome(
    state: State, remote: Remote, mapping: Mapping, reason: str | None = None, detail: str | None = None
) -> Outcome:
    return Outcome(state, reason, detail, remote.external_id, mapping.our_id)
