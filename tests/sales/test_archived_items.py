"""Orders of items that are archived (case 12 of erp)."""

from tests.factories import shop
from tests.world import Client


def archive(client: Client, item_id: str) -> None:
    client.post(f"/v1/items/{item_id}/archive", etag=client.get(f"/v1/items/{item_id}").etag).ok()
    client.world.settle()


def test_a_draft_of_an_archived_item_is_not_confirmed_to_wait_for_ever(acme: Client) -> None:
    here = shop(acme)
    stocked, never = here.item(10)["id"], here.item()["id"]
    for item in (stocked, never):
        order = here.order((item, 4))
        archive(acme, item)
        path = f"/v1/sales-orders/{order['id']}"
        (error,) = acme.post(f"{path}/confirm", {}, etag=1).refused(422, "invalid")["errors"]
        assert (error["pointer"], error["code"]) == ("/lines/0/item_id", "archived_item")
        assert acme.get(path).ok() == order
    assert here.level(stocked) == ("10", "0", "10")


def test_a_line_of_an_archived_item_stays_or_shrinks_but_does_not_grow(acme: Client) -> None:
    here = shop(acme)
    item, other = here.item(10)["id"], here.item(10)["id"]
    order = here.confirmed((item, 4), (other, 1))
    archive(acme, item)
    path, version = f"/v1/sales-orders/{order['id']}", order["version"]
    for quantity, more in (("4", "2"), ("3", "2")):
        lines = [{"line": 1, "quantity": quantity}, {"line": 2, "quantity": more}]
        changed = acme.patch(path, {"lines": lines}, etag=version).ok()
        version = changed["version"]
    assert [line["committed"] for line in changed["lines"]] == ["3", "2"]
    lines = [{"line": 1, "quantity": "5"}, {"line": 2, "quantity": "2"}]
    (error,) = acme.patch(path, {"lines": lines}, etag=version).refused(422, "invalid")["errors"]
    assert (error["pointer"], error["code"]) == ("/lines/0/quantity", "archived_item")
