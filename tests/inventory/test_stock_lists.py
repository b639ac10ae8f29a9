"""What the lists of stock can be narrowed to."""

from tests.factories import shop
from tests.world import Client


def test_stock_of_a_warehouse_is_narrowed_to_a_category_with_names(acme: Client) -> None:
    here = shop(acme)
    bikes = sorted(here.item(on_hand=1, category="Bikes")["id"] for _ in range(3))
    here.item(on_hand=1, category="Parts")
    here.item(on_hand=1)
    path = f"/v1/stock?warehouse_id={here.warehouse}&category=BIKES&limit=2&include=item,warehouse"
    first = acme.get(path).ok()
    rest = acme.get(f"{path}&cursor={first['next_cursor']}").ok()
    assert [row["item_id"] for row in first["data"] + rest["data"]] == bikes
    assert (len(first["data"]), rest["next_cursor"]) == (2, None)
    assert first["included"][bikes[0]]["name"].startswith("Item")
    assert first["included"][here.warehouse]["name"] == "Main"
    acme.get("/v1/stock?category=Bikes").refused(400, "bad_request")


def test_what_is_short_is_listed_alone(acme: Client) -> None:
    here = shop(acme)
    short, enough = here.item(on_hand=2)["id"], here.item(on_hand=2)["id"]
    here.confirmed((short, 3))
    here.confirmed((enough, 2))
    path = f"/v1/stock?warehouse_id={here.warehouse}&is_short="
    assert [row["item_id"] for row in acme.get(f"{path}true").ok()["data"]] == [short]
    assert [row["item_id"] for row in acme.get(f"{path}false").ok()["data"]] == [enough]
    assert acme.get(f"/v1/stock?item_id={enough}&is_short=true").ok()["data"] == []
