"""The table of customers' own codes of items; codes are also rows of `uniques`."""

from chalicelib.kernel.dynamo.attributes import Text
from chalicelib.kernel.dynamo.model import Document, meta
from chalicelib.kernel.privacy import BUSINESS
from chalicelib.kernel.uniques import Kind
from chalicelib.kernel.views import View, required
from chalicelib.parties.customer_items.schemas import ItemsOfCustomer


def code_kind(customer_id: str) -> Kind:
    """The kind of the codes of one customer."""
    return Kind(f"customer_item_{customer_id}", "code", "item of the customer")


class CustomerItem(Document):
    """What a customer calls an item. Access: by customer and item; by the customer's code (`uniques`); all of a
    customer. `id` is the item's. Limit: 1,000 writes a second for a customer."""

    Meta = meta("customer_items")
    entity = "customer_item"
    customer_id = Text(BUSINESS)
    code = Text(BUSINESS)
    name = Text(BUSINESS, null=True)


VIEWS: tuple[View[ItemsOfCustomer], ...] = (
    View(
        lambda request: CustomerItem.partition == request.tenant.key(request.query.customer_id),
        needs=frozenset({"customer_id"}),
    ),
    View(
        lambda request: (
            (CustomerItem.partition == request.tenant.key(request.query.customer_id))
            & (CustomerItem.id == required(request.query.item_id))
        ),
        needs=frozenset({"customer_id", "item_id"}),
    ),
)
