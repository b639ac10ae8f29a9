"""What each use case may use of the store. docs/performance.md shows this table; tests/test_capacity.py measures it."""

from dataclasses import asdict, astuple, dataclass

from infra.local.meter import Bill

LEASE = "Lease tokens of the rate limit, tenant's and caller's"
"""Once in a while, so no part of the other use cases (docs/performance.md)."""
ACCESS_STATE = "Look up the access state of a caller"
"""Every 30 seconds for a session; each time for a dangerous operation."""
HOLDERS = "Write the pointers from items to a confirmed order of 10 lines"
FLOW = "Create, confirm and ship an order of 10 lines, minutes apart, all that follows included"
FIVE_STEPS = "Create, confirm, pick, pack and ship an order of 10 lines, minutes apart, all that follows included"
"""What follows: the numbering of each step's journal entry by itself, and what consumers write, their positions
included; without what has a line of its own (APART)."""
FIND_CUSTOMER = "Let a customer of three words be found"
FIND_ORDER = "Let an order be found, with a reference"
FIND_SHIPMENT = "Let a shipment be found, with a tracking number"
SEARCH = "Find 20 documents of all kinds by the beginning of a word"
_APART = ("stock_holders", "search_entries", "search_manifests")
_FOLLOWERS_APART = ("search.indexing",)
APART = {FLOW, FIVE_STEPS}
"""Where the write units of some tables, and the positions of some consumers, are not counted, because other lines are
about them."""


@dataclass(frozen=True, slots=True)
class Budget:
    """Ceilings of one use case. `reads` are round trips; `writes` are single ones, outside the transaction; units are
    DynamoDB's, worked out by infra/local/meter.py."""

    transactions: int
    reads: int
    writes: int
    write_units: float
    read_units: float


BUDGETS: dict[str, Budget] = {
    "Read an item": Budget(0, 1, 0, 0, 1),
    "Create an item": Budget(1, 0, 0, 13, 0),
    "Change an item": Budget(1, 1, 0, 6, 1),
    "Create a customer": Budget(1, 0, 0, 12, 0),
    "Receive one line": Budget(1, 1, 1, 13, 4),
    "Adjust one line": Budget(1, 1, 1, 13, 4),
    "Transfer one line to a new place": Budget(1, 2, 1, 21, 7),
    "Take in what arrives of a transfer": Budget(1, 3, 1, 17, 7),
    "Take back a receipt of one line": Budget(1, 2, 1, 15, 5),
    "Create an order of 10 lines": Budget(1, 1, 1, 16, 23),
    "Confirm it": Budget(1, 2, 0, 28, 14),
    "Ship it at once": Budget(1, 2, 0, 50, 12),
    "Pick it: start a shipment": Budget(1, 2, 0, 9, 12),
    "Pack the shipment": Budget(1, 2, 0, 6, 3),
    "Ship the packed shipment": Budget(1, 2, 0, 53, 12),
    "Number one commit": Budget(0, 2, 2, 3, 3),
    "Number three commits together": Budget(0, 2, 2, 7, 5),
    HOLDERS: Budget(0, 1, 1, 10, 2),
    FIND_CUSTOMER: Budget(0, 2, 3, 17, 2),
    FIND_ORDER: Budget(0, 2, 3, 5, 3),
    FIND_SHIPMENT: Budget(0, 3, 3, 5, 4),
    SEARCH: Budget(0, 13, 0, 0, 30),
    "Follow a confirmed order of 10 lines, all waiting": Budget(0, 11, 0, 0, 12),
    "Confirm an order of 10 lines, all waiting": Budget(1, 3, 0, 48, 24),
    "Fill a waiting order of 10 lines": Budget(1, 21, 0, 44, 42),
    FLOW: Budget(3, 33, 18, 108, 81),
    FIVE_STEPS: Budget(5, 55, 27, 131, 114),
    "Read an order of 10 lines": Budget(0, 1, 0, 0, 2),
    "List 50 orders": Budget(0, 1, 0, 0, 8),
    "Availability of 100 SKUs in a warehouse": Budget(0, 3, 0, 0, 300),
    "What to order of 25 items, each with an arrival": Budget(0, 8, 0, 0, 104),
    "What there was of 25 items, each with 8 movements": Budget(0, 6, 0, 0, 75),
    "What lies in an aisle of 60 locations, 25 of 40 bins": Budget(0, 4, 0, 0, 30),
    "Take in a webhook": Budget(0, 1, 1, 3, 1),
    LEASE: Budget(0, 0, 2, 2, 0),
    ACCESS_STATE: Budget(0, 1, 0, 0, 4),
}


def used(name: str, bill: Bill) -> Budget:
    """What a use case used, as its budget has it."""
    writes = sum(bill.calls[name] for name in ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"))
    apart = sum(bill.by_table[table] for table in _APART)
    apart += sum(bill.by_row["positions", consumer] for consumer in _FOLLOWERS_APART)
    counted = bill.write_units - apart if name in APART else bill.write_units
    return Budget(bill.transactions, bill.reads, writes, counted, bill.read_units)


def over(spent: Budget, allowed: Budget) -> dict[str, tuple[float, float]]:
    """What goes beyond the budget: (used, allowed) by name."""
    limits = asdict(allowed)
    return {name: (value, limits[name]) for name, value in asdict(spent).items() if value > limits[name]}


def slack(spent: Budget, allowed: Budget) -> bool:
    """Whether a ceiling could be lowered: something uses less than four fifths of it."""
    limits = asdict(allowed)
    return any(value < limits[name] * 0.8 for name, value in asdict(spent).items())


def table() -> str:
    """The budgets as Markdown."""
    lines = [
        "| Use case | Transactions | Reads | Other writes | Write units | Read units |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for name, budget in BUDGETS.items():
        lines.append("| " + " | ".join([name, *(f"{value:g}" for value in astuple(budget))]) + " |")
    return "\n".join(lines)
