"""What stock and orders must do, said as simply as possible: dictionaries and integers."""

from collections import defaultdict
from dataclasses import dataclass, field

Place = tuple[str, str]
"""An item and a location. All locations are in one warehouse, so that stock is committed by item."""


@dataclass
class LineModel:
    """One order line: how much is ordered, held, waited for, put aside for a shipment, gone, cancelled, and gone beyond
    what was ordered."""

    item: str
    ordered: int
    committed: int = 0
    picked: int = 0
    shipped: int = 0
    cancelled: int = 0
    waits: int = 0
    over: int = 0

    @property
    def outstanding(self) -> int:
        return self.ordered + self.over - self.cancelled - self.shipped

    def come_back(self, quantity: int, *, is_closed: bool) -> int:
        """Takes back what was shipped; returns how much of it was beyond what was ordered."""
        self.shipped -= quantity
        less = self.over - max(0, self.shipped + self.cancelled - self.ordered)
        self.over -= less
        if is_closed:
            self.cancelled += quantity - less
        else:
            self.committed += quantity - less
        return less

    def shown(self) -> tuple[str, ...]:
        unplanned = self.outstanding - self.committed - self.waits
        quantities = self.committed, self.picked, self.shipped, self.cancelled, self.waits, unplanned, self.over
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
        return any(line.waits for line in self.lines)

    def end(self) -> None:
        """Cancels what is not shipped."""
        for line in self.lines:
            line.cancelled += line.outstanding
            line.committed = line.waits = 0
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
    places: dict[Place, int] = field(default_factory=dict)
    """Where it takes its goods, as it says itself."""
    status: str = "draft"

    def lines(self) -> list[tuple[LineModel, int]]:
        return [(self.order.lines[position], quantity) for position, quantity in self.picks]


@dataclass
class StockModel:
    """On hand by place, and how often each item moved; what is committed follows from the orders."""

    on_hand: dict[Place, int] = field(default_factory=lambda: defaultdict(int))
    moves: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    cages: set[str] = field(default_factory=set)
    """Locations where goods are held."""
    orders: list[OrderModel] = field(default_factory=list)
    shipments: list[ShipmentModel] = field(default_factory=list)

    def move(self, place: Place, quantity: int) -> None:
        self.on_hand[place] += quantity
        self.moves[place[0]] += 1

    def leave(self, shipment: ShipmentModel) -> None:
        for line, quantity in shipment.lines():
            line.picked -= quantity
            line.committed -= quantity
            line.shipped += quantity
        for place, quantity in shipment.places.items():
            self.move(place, -quantity)
        shipment.status = "shipped"

    def give_back(self, shipment: ShipmentModel) -> int:
        """Returns how much of it was beyond what was ordered."""
        over = 0
        for line, quantity in shipment.lines():
            if shipment.status == "shipped":
                over += line.come_back(quantity, is_closed=shipment.order.is_closed)
            else:
                line.picked -= quantity
        if shipment.status == "shipped":
            for place, quantity in shipment.places.items():
                self.move(place, quantity)
        shipment.status = "cancelled"
        return over

    def there(self, item: str) -> int:
        return sum(quantity for place, quantity in self.on_hand.items() if place[0] == item)

    def committed(self, item: str) -> int:
        return sum(line.committed for order in self.orders for line in order.lines if line.item == item)

    def waiting(self, item: str) -> int:
        return sum(line.waits for order in self.orders for line in order.lines if line.item == item)

    def held(self, item: str) -> int:
        return sum(self.on_hand[item, cage] for cage in self.cages)

    def available(self, item: str) -> int:
        return self.there(item) - self.held(item) - self.committed(item)

    def allocate(self, order: OrderModel, lines: list[LineModel], policy: str) -> list[int] | None:
        """What each line shall hold, when `lines` take the place of the order's; None when `full` cannot be had. Nobody
        gets what others wait for."""
        pool: dict[str, int] = defaultdict(int)
        for item in {line.item for line in lines}:
            held = sum(line.committed for line in order.lines if line.item == item)
            own = sum(line.waits for line in order.lines if line.item == item)
            picked = sum(line.picked for line in lines if line.item == item)
            pool[item] = max(0, self.available(item) - (self.waiting(item) - own)) + held - picked
        taken = []
        for line in lines:
            more = min(line.outstanding - line.picked, pool[line.item])
            pool[line.item] -= more
            taken.append(line.picked + more)
        if policy == "full" and any(got < line.outstanding for got, line in zip(taken, lines, strict=True)):
            return None
        return taken
