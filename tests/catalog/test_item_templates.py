"""Templates of items and their variants."""

import itertools
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.item_templates import rules
from chalicelib.catalog.item_templates.schemas import NewItemTemplate, TemplateOption
from tests.world import Client

ALL = {"all": True}
COLOURS, SIZES = ["Red", "Blue"], ["S", "M", "L"]
TEMPLATE = {
    "code": "CITY-26",
    "name": "City bike",
    "options": [{"name": "Colour", "values": COLOURS}, {"name": "Size", "values": SIZES}],
    "category": "Bikes",
    "price": {"amount": "499.00", "currency": "EUR"},
    "hs_code": "8712.00.30",
}


def template(acme: Client, **fields: Any) -> Any:
    return acme.post("/v1/item-templates", {**TEMPLATE, **fields}).ok()


def options(colour: str, size: str) -> list[dict[str, str]]:
    return [{"name": "size", "value": size}, {"name": "COLOUR", "value": colour}]


def made(acme: Client, path: str, **body: Any) -> Any:
    return acme.post(f"{path}/variants", body or ALL).ok()["items"]


def errors(problem: Any) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in problem["errors"]]


def test_all_combinations_are_made_in_one_go_and_not_twice(acme: Client) -> None:
    body = template(acme)
    path = f"/v1/item-templates/{body['id']}"
    tried = acme.post(f"{path}/variants?dry_run=true", ALL).ok()["items"]
    assert [item["sku"] for item in tried] == [f"CITY-26-{c}-{s}" for c, s in itertools.product(COLOURS, SIZES)]
    assert acme.get(f"/v1/items?template_id={body['id']}").ok()["data"] == []
    items = made(acme, path)
    assert [item["sku"] for item in items] == [item["sku"] for item in tried]
    assert items[0]["name"] == "City bike, Red, S"
    assert items[0]["options"] == [{"name": "Colour", "value": "Red"}, {"name": "Size", "value": "S"}]
    assert (items[0]["template_id"], items[0]["category"], items[0]["hs_code"]) == (body["id"], "Bikes", "87120030")
    listed = acme.get(f"/v1/items?template_id={body['id']}").ok()["data"]
    assert sorted(listed, key=lambda item: item["id"]) == sorted(items, key=lambda item: item["id"])
    assert [each["item_id"] for each in acme.get(path).ok()["variants"]] == [item["id"] for item in items]
    assert made(acme, path) == []


def test_chosen_variants_have_the_skus_and_barcodes_that_are_given(acme: Client) -> None:
    path = f"/v1/item-templates/{template(acme, sku_pattern='{size}/{code}/{colour}')['id']}"
    barcodes = [{"code": "4006381333931"}]
    chosen = [{"options": options("red", "m"), "sku": "OWN", "barcodes": barcodes}, {"options": options("Blue", "L")}]
    first, second = made(acme, path, variants=chosen)
    assert made(acme, path, variants=[]) == []
    assert (first["sku"], second["sku"]) == ("OWN", "L/CITY-26/Blue")
    assert first["options"] == [{"name": "Colour", "value": "Red"}, {"name": "Size", "value": "M"}]
    assert acme.get("/v1/items?barcode=04006381333931").ok()["data"] == [first]
    assert len(made(acme, path)) == 4


def test_no_two_variants_of_a_template_have_the_same_options(acme: Client) -> None:
    path = f"/v1/item-templates/{template(acme)['id']}"
    red = {"options": options("RED ", "m")}
    problem = acme.post(f"{path}/variants", {"variants": [red, {**red, "sku": "X"}]}).refused(422, "invalid")
    assert errors(problem) == [("/variants/1/options", "repeated")]
    made(acme, path, variants=[red])
    problem = acme.post(f"{path}/variants", {"variants": [{**red, "sku": "X"}]}).refused(409, "already_exists")
    assert errors(problem) == [("/variants/0/options", "already_exists")]


def test_two_who_make_the_same_variants_at_once_make_them_once(acme: Client) -> None:
    body = template(acme)
    path = f"/v1/item-templates/{body['id']}"
    replies: list[int] = []
    threads = [
        threading.Thread(target=lambda: replies.append(acme.post(f"{path}/variants", ALL).status)) for _ in "123"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(replies) <= {200, 409}  # who comes later finds the SKUs taken, or nothing left to make
    assert 200 in replies
    assert len(acme.get(path).ok()["variants"]) == 6
    assert len(acme.get(f"/v1/items?template_id={body['id']}").ok()["data"]) == 6


def test_wrong_options_are_all_told_at_once_and_nothing_is_made(acme: Client) -> None:
    path = f"/v1/item-templates/{template(acme)['id']}"
    wrong = [
        {"options": options("Green", "M")},
        {"options": [{"name": "Colour", "value": "Red"}, {"name": "Weight", "value": "1"}]},
        {"options": options("Blue", "L")},
    ]
    problem = acme.post(f"{path}/variants", {"variants": wrong}).refused(422, "invalid")
    assert errors(problem) == [
        ("/variants/0/options/1/value", "not_one_of"),
        ("/variants/1/options/1/name", "unknown_option"),
        ("/variants/1/options", "required"),
    ]
    assert acme.get("/v1/items").ok()["data"] == []


def test_a_sku_that_is_taken_stops_all_variants_of_the_request(acme: Client) -> None:
    acme.post("/v1/items", {"sku": "city-26-red-m", "name": "x"}).ok()
    path = f"/v1/item-templates/{template(acme)['id']}"
    problem = acme.post(f"{path}/variants", ALL).refused(409, "already_exists")
    assert errors(problem) == [("/variants/1/sku", "already_exists")]
    assert acme.get(path).ok()["variants"] == []


def test_a_change_reaches_the_variants_that_still_have_the_value_of_the_template(acme: Client) -> None:
    body = template(acme)
    path = f"/v1/item-templates/{body['id']}"
    first, second, *_ = made(acme, path)
    own = {"price": {"amount": "600.00", "currency": "EUR"}, "name": "My own name"}
    acme.patch(f"/v1/items/{first['id']}", own, etag=1).ok()
    change = {"price": {"amount": "550.00", "currency": "EUR"}, "name": "Town bike", "category": None}
    acme.patch(path, change, etag=2).ok()
    changed = {item["id"]: item for item in acme.get(f"/v1/items?template_id={body['id']}").ok()["data"]}
    assert [changed[first["id"]][name] for name in ("name", "category", "version")] == ["My own name", None, 3]
    assert changed[first["id"]]["price"]["amount"] == "600"
    assert [changed[second["id"]][name] for name in ("name", "category", "version")] == ["Town bike, Red, M", None, 2]
    assert changed[second["id"]]["price"]["amount"] == "550"
    found = acme.get("/v1/items?name_prefix=town%20bike").ok()["data"]
    assert {item["id"] for item in found} == changed.keys() - {first["id"]}
    acme.patch(path, {"code": "TOWN-26"}, etag=3).ok()
    assert acme.get(f"/v1/items/{second['id']}").ok()["version"] == 2


def test_a_change_that_a_variant_cannot_follow_changes_nothing(acme: Client) -> None:
    path = f"/v1/item-templates/{template(acme)['id']}"
    problem = acme.patch(path, {"reorder_point": "0.5", "shelf_life_days": 3}, etag=1).refused(422, "invalid")
    assert errors(problem) == [("/shelf_life_days", "needs_expiry"), ("/reorder_point", "too_precise")]


def test_values_are_added_and_those_of_variants_stay(acme: Client) -> None:
    path = f"/v1/item-templates/{template(acme)['id']}"
    made(acme, path, variants=[{"options": options("Red", "M")}])
    without = [{"name": "Colour", "values": ["Blue"]}, {"name": "Size", "values": SIZES}]
    assert errors(acme.patch(path, {"options": without}, etag=2).refused(422, "invalid")) == [
        ("/options/0/values", "in_use")
    ]
    fewer = [{"name": "Colour", "values": COLOURS}]
    assert errors(acme.patch(path, {"options": fewer}, etag=2).refused(422, "invalid")) == [("/options", "fixed")]
    more = [{"name": "Colour", "values": ["Red", "Green"]}, {"name": "Size", "values": ["M"]}]
    acme.patch(path, {"options": more}, etag=2).ok()
    assert [item["sku"] for item in made(acme, path)] == ["CITY-26-Green-M"]


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("{code}-{colour}", "missing_option"),
        ("{colour}{size}{weight}", "unknown_option"),
        ("{code-{colour}-{size}", "invalid_format"),
    ],
)
def test_a_pattern_names_every_option_and_nothing_else(acme: Client, pattern: str, code: str) -> None:
    problem = acme.post("/v1/item-templates", {**TEMPLATE, "sku_pattern": pattern}).refused(422, "invalid")
    assert errors(problem) == [("/sku_pattern", code)]


def test_options_and_codes_that_are_given_twice_are_refused(acme: Client) -> None:
    twice = [{"name": "Size", "values": ["S", "s "]}, {"name": "SIZE", "values": ["M"]}]
    problem = acme.post("/v1/item-templates", {**TEMPLATE, "options": twice}).refused(422, "invalid")
    assert errors(problem) == [("/options/1", "repeated"), ("/options/0/values/1", "repeated")]
    template(acme)
    acme.post("/v1/item-templates", {**TEMPLATE, "code": "city-26 "}).refused(409, "already_exists")


def test_more_variants_than_one_transaction_holds_are_refused_clearly(acme: Client) -> None:
    many = [{"name": "Colour", "values": [str(n) for n in range(10)]}, {"name": "Size", "values": list("ABCDE")}]
    path = f"/v1/item-templates/{template(acme, options=many)['id']}"
    problem = acme.post(f"{path}/variants", ALL).refused(422, "too_large_for_one_transaction")
    assert problem["detail"] == "50 variants are missing, and 45 can be made at once: name some of them."
    some = [{"options": options(str(n), size)} for n in range(9) for size in "ABCDE"]
    assert len(made(acme, path, variants=some)) == 45
    assert len(made(acme, path)) == 5
    acme.patch(path, {"name": "Renamed"}, etag=3).ok()
    assert {item["name"][:8] for item in acme.get("/v1/items?limit=100").ok()["data"]} == {"Renamed,"}


def test_an_archived_template_makes_no_variants_and_leaves_its_items_alone(acme: Client) -> None:
    path = f"/v1/item-templates/{template(acme)['id']}"
    (item,) = made(acme, path, variants=[{"options": options("Red", "M")}])
    acme.post(f"{path}/archive", etag=2).ok()
    assert acme.post(f"{path}/variants", ALL).refused(409, "conflict")["detail"] == "The template is archived."
    assert acme.get(f"/v1/items/{item['id']}").ok()["status"] == "active"
    assert acme.get("/v1/item-templates?status=active").ok()["data"] == []
    acme.post(f"{path}/restore", etag=3).ok()
    assert len(made(acme, path)) == 5


def test_a_template_of_another_tenant_never_was(acme: Client) -> None:
    body = template(acme)
    other = acme.world.tenant()
    assert other.get(f"/v1/item-templates/{body['id']}").status == 404
    assert other.post(f"/v1/item-templates/{body['id']}/variants", ALL).status == 404
    assert other.get(f"/v1/items?template_id={body['id']}").ok()["data"] == []


VALUES = st.lists(st.text("abcXYZ 1", min_size=1, max_size=4).filter(str.strip), min_size=1, max_size=4, unique=True)


@given(st.lists(VALUES, min_size=1, max_size=3))
def test_every_combination_is_made_once_whatever_is_there_already(values: list[list[str]]) -> None:
    found = [TemplateOption(f"o{index}", each) for index, each in enumerate(values)]
    varied = NewItemTemplate(code="C", name="N", options=found)
    if rules.errors(varied):
        return  # two spellings of one value
    every = rules.combinations(found, [])
    assert len(every) == len({rules.sku(varied, each) for each in every})
    for there in range(len(every) + 1):
        rest = rules.combinations(found, [tuple(v.upper() for v in each) for each in every[:there]])
        assert rest == every[there:]


def test_what_an_item_costs_is_told_to_who_may_see_costs(acme: Client) -> None:
    body = template(acme, cost={"amount": "250", "currency": "EUR"})
    seller = acme.as_("sales")
    assert body["cost"]["amount"] == "250"
    assert seller.get(f"/v1/item-templates/{body['id']}").ok()["cost"] is None
    assert [each["cost"] for each in seller.get("/v1/item-templates").ok()["data"]] == [None]


def test_one_sku_for_two_variants_of_a_request_is_refused(acme: Client) -> None:
    path = f"/v1/item-templates/{template(acme)['id']}/variants"
    variants = [
        {"options": options("Red", "S"), "sku": "CITY"},
        {"options": options("Blue", "S"), "sku": "city"},
    ]
    assert errors(acme.post(path, {"variants": variants}).refused(409, "already_exists")) == [
        ("/variants/1/sku", "already_exists")
    ]
