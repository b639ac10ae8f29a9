"""The books of stock and orders, seen from outside: whatever the API tells must agree with everything else it tells."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Get = Callable[[str], Any]
Key = tuple[str, str]
"""An item and a warehouse."""
ZERO = Decimal(0)
_OPEN = ("confirmed", "in_progress")
_LINE = ("committed", "picked", "shipped", "delivered", "cancelled", "backordered", "unplanned")


def pages(get: Get, path: str) -> Iterator[Any]:
    """Everything of a list."""
    cursor = ""
    while True:
        page = get(f"{path}{'&' if '?' in path else '?'}limit=100{cursor}")
        yield from page["data"]
        if not page.get("next_cursor"):
            return
        cursor = f"&cursor={page['next_cursor']}"


@dataclass
class Audit:
    """What there is of some items, and all orders, shipments and stock documents. told: the ids of those that somebody
    was told of. references: how those of requests begin."""

    get: Get
    items: Sequence[str]
    told: Collection[str] = ()
    references: str = ""
    problems: list[str] = field(default_factory=list)

    def run(self) -> list[str]:
        """What does not agree, in words."""
        orders = [self.get(f"/v1/sales-orders/{row['id']}") for row in pages(self.get, "/v1/sales-orders")]
        shipments = list(pages(self.get, "/v1/shipments"))
        documents = list(pages(self.get, "/v1/stock/documents"))
        lost = set(self.told).difference(each["id"] for each in (*orders, *shipments, *documents))
        self._require(not lost, f"lost: {lost}")
        committed, picked, waits = (defaultdict[Key, Decimal](Decimal) for _ in range(3))
        for order in orders:
            self._order(order, [each for each in shipments if each["order_id"] == order["id"]])
            for line in _stocked(order):
                for sums, name in ((committed, "committed"), (picked, "picked"), (waits, "backordered")):
                    sums[line["item_id"], line["warehouse_id"]] += Decimal(line[name])
        for item in self.items:
            rows = self.get(f"/v1/stock?item_id={item}&limit=100")["data"]
            for row in rows:
                key = (item, row["warehouse_id"])
                self._row(key, row, committed.pop(key, ZERO), picked[key], waits.pop(key, ZERO))
            self._places(item, rows)
        rest = [
            key for sums in (committed, waits) for key, quantity in sums.items() if quantity and key[0] in self.items
        ]
        self._require(not rest, f"orders hold or wait for {rest}, where there is no stock row")
        self._once(documents)
        audit = self.get("/v1/audit/verify")
        self._require(audit["intact"], f"the audit trail is {audit}")
        return self.problems

    def _require(self, is_right: bool, otherwise: str) -> None:
        if not is_right:
            self.problems.append(otherwise)

    def _row(self, key: Key, row: Any, committed: Decimal, picked: Decimal, waits: Decimal) -> None:
        """A stock row against itself, its ledger, the orders, and who holds and waits."""
        names = ("on_hand", "committed", "held", "available", "waiting")
        on_hand, taken, held, available, waiting = (Decimal(row[name]) for name in names)
        where = f"item_id={key[0]}&warehouse_id={key[1]}"
        self._require(on_hand == taken + held + available, f"{key}: {row}")
        self._require(min(on_hand, taken, held, waiting) >= 0, f"{key} is below zero: {row}")
        # What is picked stays with its shipment, also when a count finds that it is not there.
        self._require(available >= 0 or taken == picked, f"{key}: {picked} are picked, but {row}")
        self._require(taken == committed, f"{key}: committed {taken}, by orders {committed}")
        self._require(waiting == waits, f"{key}: waiting {waiting}, by orders {waits}")
        self._require(not waiting or available <= 0, f"{key}: {waiting} wait beside {available}")
        listed = sum((Decimal(each["quantity"]) for each in pages(self.get, f"/v1/stock/waiting?{where}")), ZERO)
        self._require(listed == waiting, f"{key}: waiting {waiting}, listed {listed}")
        holders = sum((Decimal(each["quantity"]) for each in pages(self.get, f"/v1/stock/holders?{where}")), ZERO)
        self._require(holders == taken, f"{key}: committed {taken}, by holders {holders}")
        ledger = list(pages(self.get, f"/v1/stock/ledger?{where}"))[::-1]
        self._require([each["seq"] for each in ledger] == list(range(1, len(ledger) + 1)), f"{key}: gaps in the ledger")
        moved = sum((Decimal(each["quantity"]) for each in ledger), ZERO)
        self._require(moved == on_hand, f"{key}: on hand {on_hand}, moved {moved}")

    def _places(self, item: str, rows: Sequence[Any]) -> None:
        there: defaultdict[str, Decimal] = defaultdict(Decimal)
        for place in self.get(f"/v1/stock/places?item_id={item}&limit=100")["data"]:
            there[place["warehouse_id"]] += Decimal(place["on_hand"])
            is_right = Decimal(place["on_hand"]) == Decimal(place["picked"]) + Decimal(place["free"])
            self._require(is_right and Decimal(place["on_hand"]) >= 0, f"{item}: {place}")
        for row in rows:
            found = there[row["warehouse_id"]]
            self._require(found == Decimal(row["on_hand"]), f"{item}: {found} lie at places, on hand is {row}")

    def _order(self, order: Any, shipments: Sequence[Any]) -> None:
        """The equation of each line, and its shipments."""
        name = f"{order['number']} ({order['status']})"
        by_line: defaultdict[tuple[int, bool], Decimal] = defaultdict(Decimal)
        for shipment in shipments:
            for line in shipment["lines"] if shipment["status"] != "cancelled" else ():
                by_line[line["line"], shipment["status"] in ("draft", "packed")] += Decimal(line["quantity"])
        for line in order["lines"]:
            parts = {part: Decimal(line[part]) for part in _LINE}
            whole = sum(parts[part] for part in _LINE if part not in ("picked", "shipped"))
            ordered = Decimal(line["base_quantity"]) + Decimal(line["over"])
            self._require(ordered == whole, f"{name}: {line}")
            self._require(min(parts.values()) >= 0 and parts["picked"] <= parts["committed"], f"{name}: {line}")
        for line in _stocked(order):
            shipped, picked = by_line[line["line"], False], by_line[line["line"], True]
            told = (Decimal(line["shipped"]), Decimal(line["picked"]))
            self._require(
                told == (shipped, picked), f"{name} line {line['line']}: {told}, by shipments {shipped} {picked}"
            )
            holds = Decimal(line["committed"]) + Decimal(line["backordered"])
            self._require(order["status"] in _OPEN or not holds, f"{name} holds or waits: {line}")

    def _once(self, documents: Sequence[Any]) -> None:
        """No request was done twice: each has named a reference of its own."""
        named = Counter(each["reference"] for each in documents if not each["reverses"])
        twice = [each for each, count in named.items() if each and each.startswith(self.references) and count > 1]
        self._require(not twice or not self.references, f"done twice: {twice}")


def _stocked(order: Any) -> list[Any]:
    return [line for line in order["lines"] if line["kind"] == "stocked"]
