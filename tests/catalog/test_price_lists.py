"""Price lists through the API, and who may see and change them."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.access.roles import READERS, Role
from chalicelib.catalog.price_lists import repository
from tests.catalog.pricing import item, made, previewed, priced
from tests.world import Client


def test_a_price_list_is_made_read_changed_archived_and_restored(acme: Client) -> None:
    conditions = {"customer_group": "Dealers", "channel": "shop", "valid_from": "2026-01-01", "valid_to": "2026-12-31"}
    price_list = made(acme, priority=5, includes_tax=True, **conditions)
    path = f"/v1/price-lists/{price_list['id']}"
    assert {name: price_list[name] for name in conditions} == conditions
    assert (price_list["priority"], price_list["includes_tax"], price_list["status"]) == (5, True, "active")
    assert acme.get(path).ok() == price_list
    changed = acme.patch(path, {"name": "Dealers", "channel": None, "valid_to": None}, etag=1).ok()
    assert (changed["name"], changed["channel"], changed["valid_to"], changed["version"]) == ("Dealers", None, None, 2)
    acme.patch(path, {"name": "x"}, etag=1).refused(412, "precondition_failed")
    assert acme.post(f"{path}/archive", etag=2).ok()["status"] == "archived"
    acme.post(f"{path}/archive", etag=3).refused(409, "transition_refused")
    assert acme.post(f"{path}/restore", etag=3).ok()["status"] == "active"


def test_the_currency_of_a_list_and_whether_it_includes_taxes_cannot_change(acme: Client) -> None:
    path = f"/v1/price-lists/{made(acme)['id']}"
    for change in ({"currency": "USD"}, {"includes_tax": True}):
        problem = acme.patch(path, change, etag=1).refused(422, "invalid")
        assert [each["code"] for each in problem["errors"]] == ["unknown_field"]


def test_no_two_price_lists_have_the_same_code_in_any_case(acme: Client) -> None:
    first, other = made(acme, "DEALER"), made(acme, "WEB")
    body = {"code": "dealer ", "name": "x", "currency": "EUR"}
    problem = acme.post("/v1/price-lists", body).refused(409, "already_exists")
    assert problem["errors"][0]["message"] == f"This code belongs to another price list: {first['id']}."
    acme.patch(f"/v1/price-lists/{other['id']}", {"code": "Dealer"}, etag=1).refused(409, "already_exists")
    acme.patch(f"/v1/price-lists/{first['id']}", {"code": "OLD"}, etag=1).ok()
    acme.patch(f"/v1/price-lists/{other['id']}", {"code": "Dealer"}, etag=1).ok()


def test_a_period_that_ends_before_it_begins_is_refused_also_in_a_change(acme: Client) -> None:
    body = {"code": "A", "name": "A", "currency": "EUR", "valid_from": "2026-02-01", "valid_to": "2026-01-01"}
    problem = acme.post("/v1/price-lists", body).refused(422, "invalid")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [("/valid_to", "empty_period")]
    price_list = made(acme, valid_from="2026-02-01")
    acme.patch(f"/v1/price-lists/{price_list['id']}", {"valid_to": "2026-01-01"}, etag=1).refused(422, "invalid")


def test_price_lists_are_listed_by_code_status_currency_group_and_channel(acme: Client) -> None:
    made(acme, "B", customer_group="Dealers")
    made(acme, "a", currency="USD", channel="Shop")
    archived = made(acme, "C", channel="shop")
    acme.post(f"/v1/price-lists/{archived['id']}/archive", etag=1).ok()

    def codes(query: str) -> list[str]:
        return [each["code"] for each in acme.get(f"/v1/price-lists{query}").ok()["data"]]

    assert codes("") == ["B", "a", "C"]
    assert codes("?sort=code") == ["a", "B", "C"]
    assert codes("?sort=-code&status=active") == ["B", "a"]
    assert codes("?code=A") == ["a"]
    assert codes("?currency=USD") == ["a"]
    assert codes("?customer_group=DEALERS") == ["B"]
    assert codes("?channel=SHOP") == ["a", "C"]


def test_lists_that_are_made_at_the_same_time_all_count(acme: Client) -> None:
    bike = item(acme)
    with ThreadPoolExecutor(6) as pool:
        lists = list(pool.map(lambda number: made(acme, f"L{number}"), range(6)))
    considered = previewed(acme, {"item_id": bike["id"]})[0]["considered"]
    assert {each["price_list_id"] for each in considered} == {None, *(each["id"] for each in lists)}


def test_more_active_lists_than_there_may_be_are_refused_until_one_is_archived(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository, "MOST_LISTS", 2)
    first, _ = made(acme, "A"), made(acme, "B")
    body = {"code": "C", "name": "C", "currency": "EUR"}
    acme.post("/v1/price-lists", body).refused(409, "too_many_price_lists")
    acme.patch(f"/v1/price-lists/{first['id']}", {"priority": 3}, etag=1).ok()
    acme.post(f"/v1/price-lists/{first['id']}/archive", etag=2).ok()
    acme.post("/v1/price-lists", body).ok()
    acme.post(f"/v1/price-lists/{first['id']}/restore", etag=3).refused(409, "too_many_price_lists")


@pytest.mark.parametrize("role", list(Role))
def test_prices_are_read_by_readers_and_written_by_administrators_sales_and_machines(acme: Client, role: Role) -> None:
    price_list, bike = made(acme), item(acme)
    client = acme.as_(role)
    may_read, may_write = role in READERS, role in (Role.ADMIN, Role.SALES, Role.AUTOMATION)
    path = f"/v1/price-lists/{price_list['id']}"
    preview = {"currency": "EUR", "lines": [{"item_id": bike["id"]}]}
    read = [client.get(path), client.get(f"{path}/prices"), client.post("/v1/prices/preview", preview)]
    assert {reply.status for reply in read} == {200 if may_read else 403}
    set_prices = client.post(f"{path}/prices", {"item_id": bike["id"], "entries": []})
    assert set_prices.status == (200 if may_write else 403)
    created = client.post("/v1/price-lists", {"code": "X", "name": "X", "currency": "EUR"})
    assert created.status == (201 if may_write else 403)


def test_another_tenants_prices_are_not_there(acme: Client) -> None:
    price_list, bike = made(acme), item(acme)
    priced(acme, price_list, bike["id"], {"amount": "5"})
    other = acme.world.tenant()
    path = f"/v1/price-lists/{price_list['id']}"
    for reply in (other.get(path), other.get(f"{path}/prices"), other.post(f"{path}/archive", etag=1)):
        reply.refused(404, "not_found")
    item(other)
    lines = [{"sku": "BIKE"}]
    body = {"currency": "EUR", "lines": lines, "price_list_id": price_list["id"]}
    problem = other.post("/v1/prices/preview", body).refused(422, "invalid")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [("/price_list_id", "unknown_price_list")]
    assert previewed(other, *lines)[0]["price"] is None
    made(other)
