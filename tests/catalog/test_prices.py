"""Prices in lists, and the preview of prices, through the API."""

from chalicelib.kernel import ids
from tests.catalog.pricing import item, made, previewed, priced
from tests.world import Client


def test_the_prices_of_an_item_are_set_replaced_and_removed(acme: Client) -> None:
    price_list, bike = made(acme), item(acme)
    answer = priced(
        acme, price_list, bike["id"], {"amount": "9", "minimum_quantity": "10"}, {"amount": "12.50", "per": "100"}
    )
    assert (answer["outcome"], [each["amount"] for each in answer["entries"]]) == ("created", ["12.5", "9"])
    path = f"/v1/price-lists/{price_list['id']}/prices"
    (shown,) = acme.get(path).ok()["data"]
    assert (shown["item_id"], shown["price_list_id"], shown["version"]) == (bike["id"], price_list["id"], 1)
    assert shown["entries"] == answer["entries"]
    assert shown["entries"][0] == {
        "unit": "each",
        "minimum_quantity": "0",
        "valid_from": None,
        "valid_to": None,
        "amount": "12.5",
        "per": "100",
        "discount_percent": None,
    }
    assert priced(acme, price_list, bike["id"], {"amount": "8"})["outcome"] == "updated"
    assert priced(acme, price_list, bike["id"], {"amount": "8"})["outcome"] == "unchanged"
    assert acme.get(path).ok()["data"][0]["version"] == 2
    assert priced(acme, price_list, bike["id"])["outcome"] == "updated"
    assert acme.get(path).ok()["data"] == []
    assert priced(acme, price_list, bike["id"])["outcome"] == "unchanged"


def test_prices_of_a_list_are_paged_and_found_by_item(acme: Client) -> None:
    price_list, other = made(acme), made(acme, "OTHER")
    bikes = [item(acme, f"BIKE-{number}")["id"] for number in range(3)]
    for bike in bikes:
        priced(acme, price_list, bike, {"amount": "1"})
    priced(acme, other, bikes[0], {"amount": "2"})
    path = f"/v1/price-lists/{price_list['id']}/prices"
    first = acme.get(f"{path}?limit=2").ok()
    second = acme.get(f"{path}?limit=2&cursor={first['next_cursor']}").ok()
    assert sorted(each["item_id"] for each in [*first["data"], *second["data"]]) == sorted(bikes)
    assert [each["item_id"] for each in acme.get(f"{path}?item_id={bikes[1]}").ok()["data"]] == [bikes[1]]
    other_path = f"/v1/price-lists/{other['id']}/prices"
    acme.get(f"{other_path}?limit=2&cursor={first['next_cursor']}").refused(400, "bad_request")
    acme.get(f"/v1/price-lists/{ids.new('prl')}/prices").refused(404, "not_found")
    acme.get("/v1/price-lists/prl_%23/prices").refused(404, "not_found")


def test_all_errors_of_prices_are_told_at_once_and_nothing_is_set(acme: Client) -> None:
    price_list, bike = made(acme), item(acme)
    body = {
        "sku": "bike",
        "entries": [
            {"unit": "each", "amount": "1", "minimum_quantity": "0.5"},
            {"unit": "box", "amount": "1"},
            {"unit": "each"},
        ],
    }
    path = f"/v1/price-lists/{price_list['id']}/prices"
    problem = acme.post(path, body).refused(422, "invalid")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [
        ("/entries/0/minimum_quantity", "too_precise"),
        ("/entries/1/unit", "unknown_unit"),
        ("/entries/2", "amount_or_discount"),
    ]
    for named in ({}, {"item_id": bike["id"], "sku": "BIKE"}):
        problem = acme.post(path, {**named, "entries": []}).refused(422, "invalid")
        assert [each["code"] for each in problem["errors"]] == ["item_or_sku"]
    acme.post(path, {"sku": "nothing", "entries": []}).refused(422, "invalid")
    acme.post(f"/v1/price-lists/{ids.new('prl')}/prices", {"sku": "BIKE", "entries": []}).refused(404, "not_found")
    assert acme.get(path).ok()["data"] == []


def test_rows_of_prices_are_all_set_or_none(acme: Client) -> None:
    price_list = made(acme)
    item(acme, "A"), item(acme, "B")
    price = {"unit": "each", "amount": "1"}
    rows = [{"sku": "A", "entries": [price]}, {"sku": "B", "entries": [price, price]}, {"sku": "C", "entries": []}]
    path = f"/v1/price-lists/{price_list['id']}/prices"
    body = {"prices": rows, "on_error": "all_or_nothing"}
    problem = acme.post(f"{path}/bulk-set", body).refused(422, "invalid")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [("/prices/2/sku", "unknown_sku")]
    problem = acme.post(f"{path}/bulk-set", {**body, "prices": [*rows[:2], rows[0]]}).refused(422, "invalid")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [
        ("/prices/1/entries/1", "overlapping"),
        ("/prices/2", "repeated"),
    ]
    assert acme.get(path).ok()["data"] == []
    answer = acme.post(f"{path}/bulk-set", {**body, "prices": [rows[0], {**rows[1], "entries": [price]}]}).ok()
    assert (answer["created"], [row["outcome"] for row in answer["rows"]]) == (2, ["created", "created"])


def test_rows_with_errors_are_skipped_and_a_dry_run_writes_nothing(acme: Client) -> None:
    price_list = made(acme)
    bike = item(acme, "A")
    path = f"/v1/price-lists/{price_list['id']}/prices"
    rows = [
        {"sku": "C", "entries": []},
        {"sku": "A", "entries": [{"unit": "each", "amount": "1"}]},
        {"sku": "A", "entries": [{"unit": "each", "amount": "-1"}]},
    ]
    for query in ("?dry_run=true", ""):
        answer = acme.post(f"{path}/bulk-set{query}", {"prices": rows}).ok()
        assert [row["outcome"] for row in answer["rows"]] == ["failed", "created", "failed"]
        assert [[each["pointer"] for each in row["errors"]] for row in answer["rows"]] == [
            ["/sku"],
            [],
            ["/entries/0/amount"],
        ]
        assert (answer["rows"][1]["item_id"], answer["dry_run"]) == (bike["id"], bool(query))
        assert len(acme.get(path).ok()["data"]) == (0 if query else 1)


def test_a_hundred_items_are_priced_in_one_request(acme: Client) -> None:
    price_list = made(acme)
    rows = [{"sku": f"S-{number}", "name": "x"} for number in range(100)]
    acme.post("/v1/items/bulk-upsert", {"items": rows}).ok()
    prices = [{"sku": row["sku"], "entries": [{"unit": "each", "amount": "1"}]} for row in rows]
    answer = acme.post(f"/v1/price-lists/{price_list['id']}/prices/bulk-set", {"prices": prices}).ok()
    assert (answer["created"], answer["failed"]) == (100, 0)
    found = previewed(acme, *[{"sku": row["sku"]} for row in rows[:25]], price_list_id=price_list["id"])
    assert {each["price"]["price_list_code"] for each in found} == {"DEALER"}


# --- preview ----------------------------------------------------------------------------------------------------------


def test_the_preview_tells_the_price_the_rule_and_why_others_lost(acme: Client) -> None:
    bike = item(acme, price={"amount": "10", "currency": "EUR"})
    bell = item(acme, "BELL", price={"amount": "3", "currency": "EUR"})
    everybody, dealers, web = (
        made(acme, "ALL"),
        made(acme, "DEALER", customer_group="Dealers"),
        made(acme, "WEB", channel="web"),
    )
    for price_list, amount in ((everybody, "9.5"), (dealers, "8"), (web, "9")):
        priced(acme, price_list, bike["id"], {"amount": amount, "minimum_quantity": "10"})
    lines = [{"item_id": bike["id"], "quantity": "12"}, {"sku": "bike", "quantity": "9"}, {"sku": "BELL"}]
    many, few, other = previewed(acme, *lines, customer_group="dealers", day="2026-11-26")
    assert many["price"] == {
        "amount": "8",
        "per": "1",
        "unit": "each",
        "currency": "EUR",
        "discount_percent": None,
        "includes_tax": False,
        "source": "price_list",
        "price_list_id": dealers["id"],
        "price_list_code": "DEALER",
        "minimum_quantity": "10",
        "minimum_unit": "each",
        "reason": "list DEALER, from 10 each",
    }
    assert [(each["price_list_code"], each["outcome"], each["reason"]) for each in many["considered"]] == [
        ("DEALER", "won", "list DEALER, from 10 each"),
        ("WEB", "lost", "It is for the channel web."),
        ("ALL", "not_needed", "One before it gave the price."),
        (None, "not_needed", "One before it gave the price."),
    ]
    assert (few["price"]["source"], few["price"]["amount"]) == ("item", "10")
    assert [each["reason"] for each in few["considered"]] == [
        "Its prices of the item begin at larger quantities.",
        "It is for the channel web.",
        "Its prices of the item begin at larger quantities.",
        "the item's own price",
    ]
    assert (other["item_id"], other["price"]["amount"]) == (bell["id"], "3")
    assert other["considered"][0]["reason"] == "It has no price of the item."


def test_the_customers_own_list_goes_first_and_an_archived_one_counts_no_more(acme: Client) -> None:
    bike = item(acme)
    own, everybody = made(acme, "OWN", customer_group="Nobody"), made(acme, "ALL", priority=9)
    priced(acme, own, bike["id"], {"amount": "5"})
    priced(acme, everybody, bike["id"], {"amount": "6"})
    line = {"item_id": bike["id"]}
    assert previewed(acme, line, price_list_id=own["id"])[0]["price"]["amount"] == "5"
    acme.post(f"/v1/price-lists/{own['id']}/archive", etag=1).ok()
    (found,) = previewed(acme, line, price_list_id=own["id"])
    assert found["price"]["amount"] == "6"
    assert found["considered"][0] == {
        "source": "price_list",
        "price_list_id": own["id"],
        "price_list_code": None,
        "outcome": "lost",
        "reason": "The customer's price list is not active.",
    }
    acme.post(f"/v1/price-lists/{own['id']}/restore", etag=2).ok()
    assert previewed(acme, line, price_list_id=own["id"])[0]["price"]["amount"] == "5"


def test_a_change_of_a_list_counts_at_once(acme: Client) -> None:
    bike = item(acme)
    price_list = made(acme, valid_to="2026-01-31")
    priced(acme, price_list, bike["id"], {"amount": "5"})
    line = {"item_id": bike["id"]}
    assert previewed(acme, line, day="2026-01-31")[0]["price"]["amount"] == "5"
    assert previewed(acme, line, day="2026-02-01")[0]["price"] is None
    acme.patch(f"/v1/price-lists/{price_list['id']}", {"valid_to": None}, etag=1).ok()
    assert previewed(acme, line, day="2026-02-01")[0]["price"]["amount"] == "5"


def test_the_preview_refuses_what_it_does_not_know_and_writes_nothing(acme: Client) -> None:
    item(acme)
    before = acme.get("/v1/audit").ok()["data"]
    lines = [{"sku": "BIKE", "unit": "box"}, {"sku": "BIKE", "quantity": "0.5"}]
    problem = acme.post("/v1/prices/preview", {"currency": "EUR", "lines": lines}).refused(422, "invalid")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [
        ("/lines/0/unit", "unknown_unit"),
        ("/lines/1/quantity", "too_precise"),
    ]
    problem = acme.post("/v1/prices/preview", {"currency": "EUR", "lines": [{"sku": "no"}, {}]}).refused(422, "invalid")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [
        ("/lines/0/sku", "unknown_sku"),
        ("/lines/1", "item_or_sku"),
    ]
    previewed(acme, {"sku": "BIKE"})
    assert acme.get("/v1/audit").ok()["data"] == before
