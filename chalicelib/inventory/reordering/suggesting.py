"""What to order by reorder rules: reads what there is and what is expected, for many rules together."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property

from chalicelib.catalog.items import service as items
from chalicelib.catalog.items.identity_schemas import ItemStatus
from chalicelib.identity.tenants import service as tenants
from chalicelib.inventory.arrivals import service as arrivals
from chalicelib.inventory.documents import transit
from chalicelib.inventory.reordering import rules
from chalicelib.inventory.reordering.schemas import ReorderSuggestion
from chalicelib.inventory.reordering.tables import ReorderRule
from chalicelib.inventory.stock import service as stock
from chalicelib.inventory.stock.levels import Level
from chalicelib.kernel.call import Call
from chalicelib.kernel.mapping import to_struct
from chalicelib.kernel.work import Work

_ZERO = Decimal(0)


class Suggesting:
    """The suggestions for one warehouse. found: by the id of the rule, so far."""

    def __init__(self, call: Call, warehouse_id: str, is_below: bool | None) -> None:
        self._call, self._warehouse_id, self._is_below = call, warehouse_id, is_below
        self.found: dict[str, ReorderSuggestion] = {}

    def narrow(self, rows: Sequence[ReorderRule]) -> list[ReorderRule]:
        """The rules of active items, as far as they are asked for; their suggestions are in `found` then."""
        if not rows:
            return []
        item_ids = sorted({row.item_id for row in rows})
        status = {item_id: item.status for item_id, item in items.find(self._call, item_ids).items()}
        there = stock.levels_in(self._call, self._warehouse_id, item_ids)
        expected = arrivals.expected_of(self._call, self._warehouse_id, item_ids)
        shown = []
        for row in rows:
            if status.get(row.item_id) is ItemStatus.ACTIVE:
                made = self._suggestion(row, there.get(row.item_id, Level()), expected.get(row.item_id, ()))
                self.found[row.id] = made
                shown += [row] if self._is_below in (None, made.is_below) else []
        return shown

    def _suggestion(
        self, row: ReorderRule, level: Level, expected: Sequence[tuple[date, Decimal]]
    ) -> ReorderSuggestion:
        arriving, in_transit = rules.arriving(row, expected, self._today), self._in_transit.get(row.item_id, _ZERO)
        projected = level.available - level.waiting + arriving + in_transit
        return to_struct(
            row,
            ReorderSuggestion,
            reorder_rule_id=row.id,
            **{name: getattr(level, name) for name in ("on_hand", "committed", "held", "available", "waiting")},
            arriving=arriving,
            in_transit=in_transit,
            projected=projected,
            is_below=projected < row.reorder_point,
            quantity=rules.to_order(row, projected),
        )

    @cached_property
    def _today(self) -> date:
        return tenants.today(Work(self._call))

    @cached_property
    def _in_transit(self) -> Mapping[str, Decimal]:
        return transit.on_its_way(self._call, self._warehouse_id)
