"""A caller of a running backend, in the bench's client processes."""

import time
import uuid
from collections import defaultdict
from typing import Any

from infra.local.seed import Api


class Caller:
    """One administrator on one kept connection; `taken` has the milliseconds of every call, by its name."""

    def __init__(self, url: str, token: str) -> None:
        self._api = Api(url, token)
        self.taken: dict[str, list[float]] = defaultdict(list)

    def close(self) -> None:
        self._api.close()

    def get(self, path: str) -> Any:
        return self._api.get(path)

    def post(self, name: str, path: str, body: Any, etag: str = "") -> tuple[Any, str]:
        """The response and its ETag. LocalFailureError when it is refused."""
        began = time.monotonic()
        answer = self._api.post(path, uuid.uuid4().hex, body, etag)
        self.taken[name].append((time.monotonic() - began) * 1000)
        return answer

    def patch(self, path: str, body: Any, etag: str) -> Any:
        return self._api.patch(path, body, etag)

    def warehouse(self) -> tuple[str, str]:
        """A new warehouse and its default location."""
        code = f"BENCH-{uuid.uuid4().hex[:8].upper()}"
        made, _ = self.post("prepare", "/v1/warehouses", {"code": code, "name": "Bench"})
        return made["id"], made["default_location_id"]

    def items(self, count: int, location: str, on_hand: int) -> list[str]:
        """New items; with stock, unless `on_hand` is 0."""
        rows = [{"sku": f"BENCH-{uuid.uuid4().hex[:12].upper()}", "name": "Screw"} for _ in range(count)]
        body = {"items": rows, "on_error": "all_or_nothing"}
        made, _ = self.post("prepare", "/v1/items/bulk-upsert", body)
        items = [row["id"] for row in made["rows"]]
        if on_hand:
            self.receive(items, location, on_hand)
        return items

    def receive(self, items: list[str], location: str, quantity: int) -> None:
        lines = [{"item_id": item, "location_id": location, "quantity": str(quantity)} for item in items]
        self.post("receive", "/v1/stock/receipts", {"lines": lines})
