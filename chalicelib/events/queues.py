"""The queues that wake consumers."""

from enum import StrEnum


class Queue(StrEnum):
    """By the kind of work: stock first, what is derived from documents, calls to other companies, messages to people.
    Only queues that a consumer names are there."""

    STOCK = "stock"
    DERIVED = "derived"
    OUTBOUND = "outbound"
    NOTIFICATIONS = "notifications"
