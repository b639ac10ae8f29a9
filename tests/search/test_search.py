"""Finding documents over HTTP: by words, numbers, codes, addresses and telephone numbers."""

from urllib.parse import quote

import pytest

from chalicelib.kernel import ids as identifiers
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant, compound
from chalicelib.search.index import tables
from chalicelib.search.index.tables import SearchEntry
from tests.contract.access_states import limited
from tests.factories import shop
from tests.integrations.shops import Shop as Connected
from tests.search.searches import customer, hits, ids, listed, names
from tests.world import Client, World


def test_a_customer_is_found_by_the_beginnings_of_words_however_they_are_spelled(world: World, acme: Client) -> None:
    customer(acme, "Müller & Söhne GmbH")
    customer(acme, "Anna O\u2019Brien")
    customer(acme, "Muller Werkzeuge")
    world.settle()
    assert names(acme, "mül") == ["Muller Werkzeuge", "Müller & Söhne GmbH"]
    assert names(acme, "MUELLER soh") == names(acme, "gmbh müller") == ["Müller & Söhne GmbH"]
    assert names(acme, "obrien") == names(acme, "O'BRIEN") == ["Anna O\u2019Brien"]
    assert names(acme, "werkzeugmaschinen") == names(acme, "gmbh") == names(acme, "?!") == []


def test_who_calls_is_found_by_contact_address_telephone_and_number(world: World, acme: Client) -> None:
    contact = {"name": "Grace Hopper", "email": "Grace@navy.example", "phone": "+49 731 1234567"}
    made = customer(acme, "Navy", number="K-00815", contacts=[contact], external_refs=[{"system": "crm", "id": "X9/7"}])
    vendor = acme.post("/v1/vendors", {"kind": "company", "name": "Gravel", "number": "L-815"}).ok()
    world.settle()
    for text in (
        "hopp gra",
        "grace 00815",
        "k 00815 navy",
        "7311234567",
        "0049 731 1234567",
        "GRACE@NAVY.example",
        "0731 / 123 45 67",
        "k-00815",
        "k0",
        "x9 7",
        "X97",
    ):
        assert ids(acme, text) == [made["id"]], text
    assert ids(acme, "815") == [vendor["id"], made["id"]]
    assert [(each["kind"], each["code"]) for each in hits(acme, "gra")] == [
        ("vendor", "L-815"),
        ("customer", "K-00815"),
    ]
    assert ids(acme, "gra", kinds="vendor") == [vendor["id"]]
    assert ids(acme, "+1 555 123 45 67") == []  # ends alike
    assert ids(acme, "navy.example") == ids(acme, "grace@navy.ex") == []


def test_orders_shipments_and_stock_documents_are_found_by_number_reference_and_tracking_number(
    world: World, acme: Client
) -> None:
    here = shop(acme)
    item = here.item()["id"]
    receipt = here.receive(item, 5)
    order = here.confirmed((item, 2), customer_reference="PO 47/11")
    body = {"order_id": order["id"], "ship": {"carrier": "DHL", "tracking_number": "JJD 0001 4711"}}
    shipment = acme.post("/v1/shipments", body).ok()
    world.settle()
    serial = order["number"].rpartition("-")[2].lstrip("0")
    assert (
        ids(acme, order["number"])
        == ids(acme, order["number"].lower().replace("-", " "))
        == [shipment["id"], order["id"]]
    )
    assert ids(acme, serial, kinds="sales_order") == ids(acme, f"000{serial}", kinds="sales_order") == [order["id"]]
    assert ids(acme, "po4711") == ids(acme, "PO-47") == [order["id"]]
    assert ids(acme, "jjd0001") == ids(acme, "JJD00014711") == [shipment["id"]]
    assert ids(acme, receipt["number"]) == [receipt["id"]]
    assert [each["match"] for each in hits(acme, "JJD0001")] == ["beginning"]
    assert [each["match"] for each in hits(acme, "JJD 00014711")] == ["exact"]


def test_items_and_connections_are_found_by_words_and_codes(world: World, acme: Client) -> None:
    blue = {"sku": "BIKE-1", "name": "City bike, blue", "barcodes": [{"code": "4006381333931"}]}
    made = acme.post("/v1/items", blue).ok()
    connected = Connected(acme)
    world.settle()
    for text in ("blu", "bike city", "bike1", "4006381333931", "40063", "CITY-BIKE"):
        assert ids(acme, text) == [made["id"]], text
    domain = connected.shop_domain
    assert ids(acme, domain) == ids(acme, domain[:9], kinds="connection") == [connected.id]


def test_ids_of_other_systems_that_may_name_a_person_are_not_looked_up(world: World, acme: Client) -> None:
    refs = [{"system": "crm", "id": each} for each in ("ada@love.example", "Ada Lovelace", "C-9")]
    made = customer(acme, "Somebody", external_refs=refs)
    world.settle()
    assert ids(acme, "c9") == [made["id"]]
    assert ids(acme, "ada lovelace") == ids(acme, "ada@love.example") == []


def test_a_barcode_is_found_with_and_without_leading_zeros(world: World, acme: Client) -> None:
    made = acme.post("/v1/items", {"sku": "UPC", "name": "Soap", "barcodes": [{"code": "0036000291452"}]}).ok()
    world.settle()
    assert ids(acme, "036000291452") == ids(acme, "36000291452") == ids(acme, "0036000291452") == [made["id"]]


def test_of_many_numbers_the_newest_are_found(world: World, acme: Client) -> None:
    call = Call.system(Tenant(acme.tenant), "test")
    here = shop(acme)
    item = here.item()["id"]
    first, *_, last = (here.order((item, 1)) for _ in range(3))
    world.settle()
    rows = [
        SearchEntry(
            partition=tables.plain_partition(call.tenant, "sales_order", tables.CODES),
            entry=compound(f"{first['number'].replace('-', '').lower()}x{number:04d}", identifiers.new("so")),
            warehouse_ids=[here.warehouse if number % 2 else "other"],
        )
        for number in range(400)
    ]
    store.put_many(rows)
    clerk = limited(acme, here.warehouse)
    for who in (acme, clerk):
        assert ids(who, first["number"][:7])[:1] == [last["id"]]
        assert ids(who, first["number"])[:1] == [first["id"]]


@pytest.mark.parametrize(
    "text", ["\u249c" * 150, "a b c d e f g h i j k l m n o p q r s t u v w x y z " * 3, "#" * 200, "%_*"]
)
def test_no_question_is_too_much(acme: Client, text: str) -> None:
    assert acme.get(f"/v1/search?q={quote(text[:200].strip())}").ok()["data"] == []


def test_exact_ones_come_first_and_then_the_newest(world: World, acme: Client) -> None:
    for name in ("Berg", "Bergmann", "Berg Tools", "Bergner"):
        customer(acme, name)
    world.settle()
    assert names(acme, "berg") == ["Berg Tools", "Berg", "Bergner", "Bergmann"]
    assert names(acme, "berg", limit="1") == ["Berg Tools"]
    assert acme.get("/v1/search?q=berg&limit=1").ok()["is_partial"] is True
    assert acme.get("/v1/search?q=berg").ok()["is_partial"] is False


def test_a_document_is_found_as_it_is_by_now(world: World, acme: Client) -> None:
    made = customer(acme, "Before Ltd")
    other = customer(acme, "Winner")
    world.settle()
    changed = acme.patch(f"/v1/customers/{made['id']}", {"name": "After Ltd"}, etag=made["version"]).ok()
    assert names(acme, "before") == []  # before the index follows
    world.settle()
    assert (names(acme, "before"), names(acme, "after")) == ([], ["After Ltd"])
    archived = acme.post(f"/v1/customers/{made['id']}/archive", etag=changed["version"]).ok()
    assert [each["status"] for each in hits(acme, "after")] == ["archived"]
    restored = acme.post(f"/v1/customers/{made['id']}/restore", etag=archived["version"]).ok()
    merged = acme.post(f"/v1/customers/{made['id']}/merge", {"into": other["id"]}, etag=restored["version"]).ok()
    world.settle()
    assert names(acme, "after") == []
    acme.post(f"/v1/customers/{made['id']}/unmerge", etag=merged["version"]).ok()
    world.settle()
    assert names(acme, "after") == ["After Ltd"]


def test_a_party_with_both_roles_is_found_as_both(world: World, acme: Client) -> None:
    made = customer(acme, "Twofold")
    acme.post(f"/v1/customers/{made['id']}/make-vendor", {}, etag=made["version"]).ok()
    world.settle()
    assert sorted(each["kind"] for each in hits(acme, "two")) == ["customer", "vendor"]


def test_who_may_not_read_a_kind_does_not_find_it(world: World, acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=5, name="Torch")
    customer(acme, "Torch People")
    order = here.confirmed((item["id"], 1))
    shipped = {"order_id": order["id"], "ship": {"tracking_number": "T-1"}}
    shipment = acme.post("/v1/shipments", shipped).ok()
    open_one = acme.post("/v1/shipments", {"order_id": here.confirmed((item["id"], 1))["id"]}).ok()
    world.settle()
    assert [each["kind"] for each in hits(acme, "torch")] == ["customer", "item"]
    assert [each["kind"] for each in hits(acme.as_("production"), "torch")] == ["item"]
    driver = acme.as_("driver")
    assert ids(driver, "torch") == ids(driver, order["number"]) == []
    assert ids(driver, "T1") == [shipment["id"]]
    assert open_one["id"] not in ids(driver, "T")


def test_who_is_limited_to_a_warehouse_finds_nothing_of_another(world: World, acme: Client) -> None:
    ours, theirs = shop(acme), shop(acme)
    clerk = limited(acme, ours.warehouse, roles=("warehouse", "sales", "admin"))
    found = {}
    for here in (ours, theirs):
        item = here.item()["id"]
        receipt = here.receive(item, 5)
        order = here.confirmed((item, 1), customer_reference=f"SAME {here.warehouse}")
        found[here.warehouse] = [receipt["id"], order["id"]]
    Connected(acme, warehouse_id=ours.warehouse)
    world.settle()
    assert ids(clerk, "same") == [found[ours.warehouse][1]]
    for document_id, path in zip(found[theirs.warehouse], ("stock/documents", "sales-orders"), strict=True):
        number = acme.get(f"/v1/{path}/{document_id}").ok()["number"]
        assert (ids(clerk, number), ids(acme, number)) == ([], [document_id])
    assert ids(acme, "myshopify", kinds="connection")
    assert ids(clerk, "myshopify", kinds="connection") == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "invalid"),
        ("?q=", "invalid"),
        ("?q=a&kinds=customer,ghost", "bad_request"),
        ("?q=a&limit=21", "invalid"),
        ("?q=a&sort=name", "invalid"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(acme: Client, query: str, code: str) -> None:
    assert acme.get(f"/v1/search{query}").status == 400


def test_each_list_is_narrowed_by_what_search_finds(world: World, acme: Client) -> None:
    here = shop(acme)
    item = here.item(name="Zeppelin gondola")
    receipt = here.receive(item["id"], 5)
    order = here.confirmed((item["id"], 1), customer_reference="ZEP 1")
    shipment = acme.post("/v1/shipments", {"order_id": order["id"], "ship": {"tracking_number": "ZEP 2"}}).ok()
    zoe, zora = customer(acme, "Zoe Zep"), customer(acme, "Zora Zeppelin")
    vendor = acme.post("/v1/vendors", {"kind": "company", "name": "Zeppelin Works"}).ok()
    connected = Connected(acme)
    world.settle()
    assert listed(acme, "/v1/items", "zep gon") == [item["id"]]
    assert listed(acme, "/v1/customers", "zep") == [zoe["id"], zora["id"]]
    assert listed(acme, "/v1/vendors", "zeppelin") == [vendor["id"]]
    assert listed(acme, "/v1/sales-orders", "zep") == [order["id"]]
    assert listed(acme, "/v1/shipments", "zep2") == [shipment["id"]]
    assert listed(acme, "/v1/stock/documents", receipt["number"]) == [receipt["id"]]
    assert listed(acme, "/v1/integrations/connections", connected.shop_domain[:8]) == [connected.id]
    assert listed(acme, "/v1/customers", "nobody") == []
    assert [each["name"] for each in acme.get("/v1/customers?q=zep&limit=1&fields=name").ok()["data"]] == ["Zoe Zep"]
    for more in ("status=active", f"ids={zoe['id']}", "sort=updated_at", "cursor=abc"):
        problem = acme.get(f"/v1/customers?q=zep&{more}").refused(400, "bad_request")
        assert problem["errors"][0]["code"] == "unsupported_combination"
