"""What stock and orders must do, said as simply as possible: dictionaries and integers."""

from collections import defaultdict
from dataclasses import dataclass, field

StockKey = tuple[str, str]


@dataclass
class LineModel:
    """One order line: how much is ordered, held, put aside for a shipment, gone, and cancelled."""

    place: StockKey
    ordered: int
    committed: int = 0
    picked: int = 0
    shipped: int = 0
    cancelled: int = 0

    @property
    def outstanding(self) -> int:
        return self.ordered - self.cancelled - self.shipped

    def shown(self, *, is_live: bool) -> tuple[str, ...]:
        waiting = max(0, self.outstanding - self.committed) if is_live else 0
        unplanned = self.outstanding - self.committed - waiting
        quantities = self.committed, self.picked, self.shipped, self.cancelled, waiting, unplanned
        return tuple(str(value) for value in quantities)


@dataclass
class OrderModel:
    id: str
    version: int
    lines: list[LineModel]
    status: str = "draft"
    reservation: str = "partial"
    is_closed: bool = False

    @property
    def is_live(self) -> bool:
        return self.status in ("confirmed", "in_progress")

    @property
    def waits(self) -> bool:
        return self.is_live and any(line.outstanding > line.committed for line in self.lines)

    def end(self) -> None:
        """Cancels what is not shipped."""
        for line in self.lines:
            line.cancelled += line.outstanding
            line.committed = 0
        self.is_closed = any(line.shipped for line in self.lines)
        self.status = "done" if self.is_closed else "cancelled"

    def total(self, price: int) -> str:
        """What the customer has to pay."""
        return f"{sum(line.ordered - line.cancelled for line in self.lines) * price}.00"

    def follow_lines(self) -> None:
        """The status that the quantities make."""
        if all(line.outstanding <= 0 for line in self.lines):
            self.status = "done"
        elif any(line.shipped or line.picked for line in self.lines):
            self.status = "in_progress"
        else:
            self.status = "confirmed"


@dataclass
class ShipmentModel:
    id: str
    version: int
    order: OrderModel
    picks: list[tuple[int, int]]
    """Position of the order's line, and quantity."""
    status: str = "draft"

    def lines(self) -> list[tuple[LineModel, int]]:
        return [(self.order.lines[position], quantity) for position, quantity in self.picks]

    def by_place(self) -> dict[StockKey, int]:
        summed: dict[StockKey, int] = defaultdict(int)
        for line, quantity in self.lines():
            summed[line.place] += quantity
        return dict(summed)


@dataclass
class StockModel:
    """On hand by place; what is committed follows from the orders."""

    on_hand: dict[StockKey, int] = field(default_factory=lambda: defaultdict(int))
    moves: dict[StockKey, int] = field(default_factory=lambda: defaultdict(int))
    orders: list[OrderModel] = field(default_factory=list)
    shipments: list[ShipmentModel] = field(default_factory=list)

    def move(self, place: StockKey, quantity: int) -> None:
        self.on_hand[place] += quantity
        self.moves[place] += 1

    def leave(self, shipment: ShipmentModel) -> None:
        for line, quantity in shipment.lines():
            line.picked -= quantity
            line.committed -= quantity
            line.shipped += quantity
        for place, quantity in shipment.by_place().items():
            self.move(place, -quantity)
        shipment.status = "shipped"

    def give_back(self, shipment: ShipmentModel) -> None:
        for line, quantity in shipment.lines():
            if shipment.status == "shipped":
                line.shipped -= quantity
                if shipment.order.is_closed:
                    line.cancelled += quantity
                else:
                    line.committed += quantity
            else:
                line.picked -= quantity
        if shipment.status == "shipped":
            for place, quantity in shipment.by_place().items():
                self.move(place, quantity)
        shipment.status = "cancelled"

    def committed(self, place: StockKey) -> int:
        return sum(line.committed for order in self.orders for line in order.lines if line.place == place)

    def available(self, place: StockKey) -> int:
        return self.on_hand[place] - self.committed(place)

    def allocate(self, order: OrderModel, lines: list[LineModel], policy: str) -> list[int] | None:
        """What each line shall hold, when `lines` take the place of the order's; None when `full` cannot be had."""
        pool: dict[StockKey, int] = defaultdict(int)
        for place in {line.place for line in lines}:
            held = sum(line.committed for line in order.lines if line.place == place)
            picked = sum(line.picked for line in lines if line.place == place)
            pool[place] = self.available(place) + held - picked
        taken = []
        for line in lines:
            more = min(line.outstanding - line.picked, pool[line.place])
            pool[line.place] -= more
            taken.append(line.picked + more)
        if policy == "full" and any(got < line.outstanding for got, line in zip(taken, lines, strict=True)):
            return None
        return taken
