"""Uniqueness of a customer's own order numbers."""

from chalicelib.kernel.uniques import Kind
from chalicelib.kernel.work import Work
from chalicelib.sales.orders.tables import SalesOrder


def claim_reference(work: Work, row: SalesOrder) -> None:
    """Reserves the number for the order. AlreadyExists when another order of the customer has it."""
    if row.customer_reference and row.customer_id:
        work.claim(_kind(row), row.customer_reference, row.id, "/customer_reference")


def release_reference(work: Work, row: SalesOrder) -> None:
    """Releases the number of the order."""
    if row.customer_reference and row.customer_id:
        work.release(_kind(row), row.customer_reference, row.id)


def _kind(row: SalesOrder) -> Kind:
    # Of the customer that the order was made for, so that it stays claimed when customers are merged.
    return Kind(f"customer_reference_{row.first_customer()}", "customer reference", "order of the customer")
