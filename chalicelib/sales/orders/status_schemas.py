"""The statuses of sales orders, and what a confirmation does when stock is short."""

from enum import StrEnum


class SalesOrderStatus(StrEnum):
    """The status of an order. `draft`: nothing is committed yet. `confirmed`: its stock is committed or backordered.
    `in_progress`: something is picked or shipped. `done`: everything is shipped, or the rest was cancelled.
    `cancelled`: it was ended before anything was shipped."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    CANCELLED = "cancelled"


class FulfilmentStatus(StrEnum):
    """What has been committed and shipped, derived from the quantities of the lines. `not_started`: a draft or a
    cancelled order, or a closed one of which nothing was shipped or all came back. `backordered`: a part waits for
    stock, or for the vendor who ships it. `committed`: all is committed. `partially_shipped`: a part is shipped; if the
    order is done, the rest was cancelled. `shipped`: all is."""

    NOT_STARTED = "not_started"
    BACKORDERED = "backordered"
    COMMITTED = "committed"
    PARTIALLY_SHIPPED = "partially_shipped"
    SHIPPED = "shipped"


class BillingStatus(StrEnum):
    """Whether nothing, a part or all of the order is billed, derived from the quantities of the lines."""

    NOT_BILLED = "not_billed"
    PARTIALLY_BILLED = "partially_billed"
    BILLED = "billed"


class ReservationMode(StrEnum):
    """What a confirmation does when stock is short. `full`: it is refused. `partial`: it reserves what is available and
    backorders the rest."""

    FULL = "full"
    PARTIAL = "partial"
