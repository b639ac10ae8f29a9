"""What a scanned code is, through the API."""

import urllib.parse
from typing import Any

import pytest

from tests.contract.access_states import limited
from tests.factories import Shop, shop
from tests.world import Client

GTIN = "4006381333931"


def scan(client: Client, code: str) -> Any:
    """The answer, in both ways to ask where both are possible."""
    quoted = urllib.parse.quote(code, safe="")
    answer = client.get(f"/v1/scan?code={quoted}").ok()
    if "/" not in code:
        assert client.get(f"/v1/scan/{quoted}").ok() == answer
    assert answer["code"] == code
    return answer


def matches(client: Client, code: str) -> list[tuple[str, str, str]]:
    return [(each["kind"], each["id"], each["matched_by"]) for each in scan(client, code)["matches"]]


def unknown(client: Client, code: str) -> bool:
    quoted = urllib.parse.quote(code, safe="")
    if "/" not in code:
        client.get(f"/v1/scan/{quoted}").refused(404, "not_found")
    return client.get(f"/v1/scan?code={quoted}").ok()["matches"] == []


@pytest.fixture
def here(acme: Client) -> Shop:
    return shop(acme)


def shipped(here: Shop, tracking: str) -> tuple[Any, Any]:
    item = here.item(on_hand=5)
    order = here.confirmed((item["id"], 1))
    body = {"order_id": order["id"], "ship": {"carrier": "DHL", "tracking_number": tracking}}
    return order, here.client.post("/v1/shipments", body).ok()


def test_a_scan_finds_an_item_by_sku_and_by_every_spelling_of_its_barcodes(acme: Client) -> None:
    barcodes = [{"code": GTIN}, {"code": "14006381333938", "unit": "carton"}]
    units = [{"unit": "carton", "numerator": "20"}]
    item = acme.post("/v1/items", {"sku": "PEN 1/RED", "name": "Pen", "barcodes": barcodes, "units": units}).ok()
    for code in (GTIN, f"0{GTIN}", "4 006381 333931"):
        (match,) = scan(acme, code)["matches"]
        assert match == {
            "kind": "item",
            "id": item["id"],
            "matched_by": "barcode",
            "code": "PEN 1/RED",
            "name": "Pen",
            "status": "active",
            "unit": "each",
            "quantity": "1",
        }
    (carton,) = scan(acme, "14006381333938")["matches"]
    assert (carton["unit"], carton["quantity"]) == ("carton", "20")
    assert matches(acme, "pen 1/red") == [("item", item["id"], "sku")]
    assert matches(acme, item["id"]) == [("item", item["id"], "id")]
    assert unknown(acme, "4006381333932")


@pytest.mark.parametrize(
    "code",
    [
        f"010{GTIN}17271231" + "10LOT-7\x1d21S1",
        f"(01)0{GTIN}(17)271231(10)LOT-7(21)S1",
        f"https://id.example.com/01/0{GTIN}/10/LOT-7/21/S1?17=271231",
    ],
)
def test_a_code_of_gs1_finds_the_item_and_tells_lot_expiry_and_serial_number(acme: Client, code: str) -> None:
    item = acme.post("/v1/items", {"sku": "A", "name": "x", "barcodes": [{"code": GTIN}]}).ok()
    answer = scan(acme, code)
    assert [match["id"] for match in answer["matches"]] == [item["id"]]
    told = {name: value for name, value in answer["gs1"].items() if value is not None}
    assert told == {"gtin": f"0{GTIN}", "lot": "LOT-7", "serial": "S1", "expiry": "2027-12-31"}
    assert scan(acme, GTIN)["gs1"] is None


def test_a_scan_finds_the_locations_of_every_warehouse_with_that_code(acme: Client, here: Shop) -> None:
    there = shop(acme)
    first, second = here.bin("A-01"), there.bin("a-01 ")
    assert matches(acme, "A-01") == [("location", first, "code"), ("location", second, "code")]
    assert matches(acme, first) == [("location", first, "id")]


def test_a_scan_finds_an_order_by_its_number(acme: Client, here: Shop) -> None:
    order = here.order((here.item()["id"], 1))
    assert matches(acme, order["number"]) == [("sales_order", order["id"], "number")]
    assert matches(acme, order["number"].lower()) == [("sales_order", order["id"], "number")]
    assert matches(acme, order["id"]) == [("sales_order", order["id"], "id")]


def test_a_scan_finds_shipments_by_tracking_number_and_follows_its_change(acme: Client, here: Shop) -> None:
    _, shipment = shipped(here, "JJD 0003#9000")
    assert matches(acme, "jjd 0003#9000") == [("shipment", shipment["id"], "tracking_number")]
    assert matches(acme, shipment["id"]) == [("shipment", shipment["id"], "id")]
    path = f"/v1/shipments/{shipment['id']}"
    acme.patch(path, {"tracking_number": "00340"}, etag=shipment["version"]).ok()
    assert matches(acme, "00340") == [("shipment", shipment["id"], "tracking_number")]
    assert unknown(acme, "JJD 0003#9000")


def test_all_things_with_one_code_are_told(acme: Client, here: Shop) -> None:
    here.bin("X-1")
    acme.post("/v1/items", {"sku": "x-1", "name": "by SKU"}).ok()
    acme.post("/v1/items", {"sku": "Y", "name": "by barcode", "barcodes": [{"code": "X-1"}]}).ok()
    shipped(here, "X-1")
    found = [(kind, matched_by) for kind, _, matched_by in matches(acme, "X-1")]
    assert found == [("item", "barcode"), ("item", "sku"), ("location", "code"), ("shipment", "tracking_number")]


def test_a_kind_is_only_told_to_who_may_read_it(acme: Client, here: Shop) -> None:
    here.bin("X-1")
    acme.post("/v1/items", {"sku": "X-1", "name": "x"}).ok()
    assert len(matches(acme.as_("warehouse"), "X-1")) == 2
    assert unknown(acme.as_("privacy_officer"), "X-1")


def test_what_lies_in_other_warehouses_is_not_found_by_a_limited_user(acme: Client, here: Shop) -> None:
    there = shop(acme)
    own, foreign = here.bin("X-1"), there.bin("X-1")
    order, shipment = shipped(there, "T-1")
    user = limited(acme, here.warehouse)
    assert foreign not in str(matches(user, "X-1"))
    assert matches(user, "X-1") == [("location", own, "code")]
    assert unknown(user, order["number"])
    assert unknown(user, "T-1")
    assert unknown(user, shipment["id"])


def test_another_tenant_finds_nothing(acme: Client, here: Shop) -> None:
    order, shipment = shipped(here, "T-1")
    location = here.bin("X-1")
    item = acme.post("/v1/items", {"sku": "A", "name": "x", "barcodes": [{"code": GTIN}]}).ok()
    other = acme.world.tenant()
    codes = (GTIN, "A", item["id"], "X-1", location, order["number"], order["id"], "T-1", shipment["id"])
    for code in codes:
        assert matches(acme, code)
        assert unknown(other, code)


@pytest.mark.parametrize("code", ["", " ", "%00", "a%0Ab", "x" * 2001])
def test_what_is_no_text_of_a_code_is_refused(acme: Client, code: str) -> None:
    acme.get(f"/v1/scan?code={code}").refused(400, "bad_request")


@pytest.mark.parametrize("code", ["#", "~", "/01/", "(01)", "\u00e9", "]C1", "x" * 1500])
def test_odd_codes_are_just_not_found(acme: Client, code: str) -> None:
    assert unknown(acme, code)


@pytest.mark.parametrize("code", ["a%0A", "A%00", "%1F"])
def test_what_is_no_text_of_a_code_is_nothing_in_a_path(acme: Client, code: str) -> None:
    acme.post("/v1/items", {"sku": "A", "name": "x"}).ok()
    acme.get(f"/v1/scan/{code}").refused(404, "not_found")


def test_lot_and_expiry_are_told_also_of_an_item_that_is_not_known(acme: Client) -> None:
    answer = acme.get(f"/v1/scan?code=(01)0{GTIN}(10)LOT-7").ok()
    assert (answer["matches"], answer["gs1"]["lot"]) == ([], "LOT-7")


def test_a_number_of_an_order_belongs_to_one_order(acme: Client, here: Shop) -> None:
    numbers = {here.order((here.item()["id"], 1))["number"] for _ in range(3)}
    assert [len(matches(acme, number)) for number in sorted(numbers)] == [1, 1, 1]
