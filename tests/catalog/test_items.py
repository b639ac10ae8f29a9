"""Items through the API."""

from tests.world import Client, World

ITEM = {
    "sku": "BIKE-1",
    "name": "City bike",
    "barcodes": [{"code": "4006381333931", "type": "gtin", "unit": None}],
    "price": {"amount": "499.90", "currency": "EUR"},
}


def test_an_item_is_created_read_and_listed(acme: Client) -> None:
    created = acme.post("/v1/items", ITEM)
    item = created.ok()
    assert created.status == 201
    assert created.header("location") == f"/v1/items/{item['id']}"
    assert created.etag == '"1"'
    assert item["price"] == {"amount": "499.9", "currency": "EUR", "per": "1"}
    assert item["allowed_transitions"] == ["phase-out", "archive"]
    assert acme.get(f"/v1/items/{item['id']}").ok() == item
    assert acme.get("/v1/items").ok() == {"data": [item], "next_cursor": None}


def test_every_field_error_is_told_at_once_and_nothing_changes(acme: Client) -> None:
    bad = {"sku": " ", "nome": 1, "price": {"amount": 5, "currency": "QQQ"}, "barcodes": [4], "size": {"length": "0"}}
    problem = acme.post("/v1/items", bad).refused(422, "invalid")
    assert {error["pointer"] for error in problem["errors"]} == {
        "/sku",
        "/name",
        "/nome",
        "/price/amount",
        "/price/currency",
        "/barcodes/0",
        "/size/length",
        "/size/width",
        "/size/height",
        "/size/unit",
    }
    assert acme.get("/v1/items").ok()["data"] == []


def test_a_taken_sku_or_barcode_is_a_conflict_that_names_the_field(acme: Client) -> None:
    first = acme.post("/v1/items", ITEM).ok()
    problem = acme.post("/v1/items", {**ITEM, "sku": "OTHER"}).refused(409, "already_exists")
    assert problem["errors"][0]["pointer"] == "/barcodes/0/code"
    assert first["id"] in problem["errors"][0]["message"]
    assert acme.post("/v1/items", {"sku": "BIKE-1", "name": "x"}).refused(409, "already_exists")
    other_tenant = acme.world.tenant()
    assert other_tenant.post("/v1/items", ITEM).status == 201


def test_the_same_key_gives_the_same_answer_and_another_body_is_refused(acme: Client) -> None:
    first = acme.post("/v1/items", ITEM, key="k1")
    again = acme.post("/v1/items", ITEM, key="k1")
    assert (again.status, again.body) == (first.status, first.body)
    assert again.header("idempotent-replayed") == "true"
    acme.post("/v1/items", {**ITEM, "sku": "X-1"}, key="k1").refused(422, "idempotency_key_reused")
    assert len(acme.get("/v1/items").ok()["data"]) == 1


def test_changes_need_the_current_version(acme: Client) -> None:
    item = acme.post("/v1/items", ITEM).ok()
    path = f"/v1/items/{item['id']}"
    acme.patch(path, {"name": "New"}).refused(428, "precondition_required")
    changed = acme.patch(path, {"name": "New", "barcodes": [], "price": None}, etag=1)
    assert changed.ok()["name"] == "New"
    assert changed.ok()["price"] is None
    assert changed.etag == '"2"'
    assert acme.patch(path, {"name": "Newer"}, etag=1).refused(412, "precondition_failed")["current_version"] == 2
    assert acme.post("/v1/items", {"sku": "B2", "name": "b", "barcodes": ITEM["barcodes"]}).status == 201


def test_a_reorder_point_of_zero_stays_zero(acme: Client) -> None:
    item = acme.post("/v1/items", {"sku": "Z-1", "name": "z", "reorder_point": "5", "description": "old"}).ok()
    changed = acme.patch(f"/v1/items/{item['id']}", {"reorder_point": "0", "description": ""}, etag=1).ok()
    assert (changed["reorder_point"], changed["description"]) == ("0", "")
    row = {"sku": "Z-1", "name": "z", "reorder_point": "0"}
    again = acme.post("/v1/items/bulk-upsert", {"items": [row], "on_error": "all_or_nothing"}).ok()
    assert again["rows"][0]["outcome"] == "unchanged"


def test_a_barcode_given_twice_is_refused_by_its_place(acme: Client) -> None:
    twice = [{"code": "4006381333931"}, {"code": "04006381333931"}]
    problem = acme.post("/v1/items", {**ITEM, "barcodes": twice}).refused(422, "invalid")
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [("/barcodes/1", "repeated")]
    item = acme.post("/v1/items", ITEM).ok()
    acme.patch(f"/v1/items/{item['id']}", {"barcodes": twice}, etag=1).refused(422, "invalid")
    rows = {"items": [{"sku": "TWICE", "name": "x", "barcodes": [{"code": "12345"}, {"code": "12345"}]}]}
    row = acme.post("/v1/items/bulk-upsert", rows).ok()["rows"][0]
    assert (row["outcome"], row["errors"][0]["pointer"]) == ("failed", "/barcodes/1")
    problem = acme.post("/v1/items/bulk-upsert", {**rows, "on_error": "all_or_nothing"}).refused(422, "invalid")
    assert problem["errors"][0]["pointer"] == "/items/0/barcodes/1"


def test_archive_and_restore_follow_the_state_table(acme: Client) -> None:
    item = acme.post("/v1/items", ITEM).ok()
    path = f"/v1/items/{item['id']}"
    assert acme.post(f"{path}/archive", etag=1).ok()["status"] == "archived"
    problem = acme.post(f"{path}/archive", etag=2).refused(409, "transition_refused")
    assert problem["allowed_transitions"] == ["restore"]
    assert acme.post(f"{path}/restore", etag=2).ok()["status"] == "active"


def test_lists_are_found_by_sku_name_prefix_and_time_and_narrowed(acme: Client) -> None:
    for number in range(7):
        body = {
            "sku": f"S-{number}",
            "name": f"{'Red' if number % 2 else 'blue'} {number}",
            "category": f"c{number % 3}",
        }
        acme.post("/v1/items", body).ok()

    def skus(path: str) -> list[str]:
        return [item["sku"] for item in acme.get(path).ok()["data"]]

    assert skus("/v1/items?sku=S-3") == ["S-3"]
    assert skus("/v1/items?name_prefix=RED") == ["S-1", "S-3", "S-5"]
    assert skus("/v1/items?name_prefix=red&category=c0") == ["S-3"]
    assert skus("/v1/items?category=c1") == ["S-1", "S-4"]
    assert len(skus("/v1/items?updated_since=2020-01-01T00:00:00Z")) == 7
    assert skus("/v1/items?status=archived") == []
    problem = acme.get("/v1/items?sku=S-3&name_prefix=red").refused(400, "bad_request")
    assert "name_prefix" in problem["detail"]
    acme.get("/v1/items?colour=red").refused(400, "bad_request")


def test_pages_follow_signed_cursors_that_fit_only_their_list(acme: Client, world: World) -> None:
    for number in range(5):
        acme.post("/v1/items", {"sku": f"S-{number}", "name": "n", "category": "a" if number % 2 else "b"}).ok()
    first = acme.get("/v1/items?limit=2").ok()
    second = acme.get(f"/v1/items?limit=2&cursor={first['next_cursor']}").ok()
    third = acme.get(f"/v1/items?limit=2&cursor={second['next_cursor']}").ok()
    assert [item["sku"] for page in (first, second, third) for item in page["data"]] == [f"S-{n}" for n in range(5)]
    assert third["next_cursor"] is None
    acme.get(f"/v1/items?limit=2&category=a&cursor={first['next_cursor']}").refused(400, "bad_request")
    world.tenant().get(f"/v1/items?cursor={first['next_cursor']}").refused(400, "bad_request")
    filtered = acme.get("/v1/items?category=b&limit=1").ok()
    rest = acme.get(f"/v1/items?category=b&limit=2&cursor={filtered['next_cursor']}").ok()
    assert [item["sku"] for item in filtered["data"] + rest["data"]] == ["S-0", "S-2", "S-4"]


def test_a_bulk_upsert_skips_bad_rows_and_reports_each(acme: Client) -> None:
    acme.post("/v1/items", ITEM).ok()
    rows = [
        {"sku": "BIKE-1", "name": "Renamed", "barcodes": [{"code": "4006381333931"}]},
        {"sku": "NEW-1", "name": "New"},
        {"sku": "NEW-2", "name": "Takes a code", "barcodes": [{"code": "4006381333931"}]},
        {"sku": "bad\tsku", "name": ""},
    ]
    dry = acme.post("/v1/items/bulk-upsert?dry_run=true", {"items": rows}).ok()
    assert [row["outcome"] for row in dry["rows"]] == ["updated", "created", "failed", "failed"]
    assert len(acme.get("/v1/items").ok()["data"]) == 1
    result = acme.post("/v1/items/bulk-upsert", {"items": rows}, key="bulk").ok()
    assert [row["outcome"] for row in result["rows"]] == ["updated", "created", "failed", "failed"]
    assert [error["pointer"] for error in result["rows"][3]["errors"]] == ["/sku", "/name"]
    assert acme.post("/v1/items/bulk-upsert", {"items": rows}, key="bulk").ok() == result


def test_an_upsert_leaves_alone_what_a_row_leaves_out(acme: Client) -> None:
    acme.post("/v1/items", {**ITEM, "category": "Bikes", "reorder_point": "3", "unit": "pair"}).ok()
    rows = [{"sku": "BIKE-1", "price": {"amount": "1", "currency": "EUR"}}, {"sku": "NAMELESS"}]
    result = acme.post("/v1/items/bulk-upsert", {"items": rows}).ok()
    assert [row["outcome"] for row in result["rows"]] == ["updated", "failed"]
    assert result["rows"][1]["errors"][0]["pointer"] == "/name"
    item = acme.get("/v1/items?sku=BIKE-1").ok()["data"][0]
    assert (item["category"], item["reorder_point"], item["barcodes"], item["unit"]) == (
        "Bikes",
        "3",
        ITEM["barcodes"],
        "pair",
    )


def test_the_longest_name_can_be_kept_and_found(acme: Client) -> None:
    name = "\u0390" * 200
    acme.post("/v1/items", {"sku": "LONG-1", "name": name}).ok()
    assert acme.get("/v1/items?name_prefix=%CE%90%CE%90").ok()["data"][0]["name"] == name


def test_a_barcode_moves_between_items_of_one_bulk(acme: Client) -> None:
    code = {"code": "4006381333931", "type": "gtin", "unit": None}
    for first, second in (("A-1", "B-1"), ("B-1", "A-1")):
        rows = [{"sku": first, "name": "n", "barcodes": []}, {"sku": second, "name": "n", "barcodes": [code]}]
        acme.post("/v1/items/bulk-upsert", {"items": rows, "on_error": "all_or_nothing"}).ok()
        rows = [{"sku": first, "name": "n", "barcodes": [code]}, {"sku": second, "name": "n", "barcodes": []}]
        acme.post("/v1/items/bulk-upsert", {"items": rows, "on_error": "all_or_nothing"}).ok()
        assert acme.get(f"/v1/items?sku={first}").ok()["data"][0]["barcodes"] == [code]
        acme.post("/v1/items", {"sku": "C-1", "name": "n", "barcodes": [code]}).refused(409, "already_exists")


def test_a_command_that_changed_nothing_changes_nothing_when_it_is_repeated(acme: Client) -> None:
    body = {"items": [{"sku": "A-1", "name": "first"}], "on_error": "all_or_nothing"}
    acme.post("/v1/items/bulk-upsert", body).ok()
    assert acme.post("/v1/items/bulk-upsert", body, key="again").ok()["unchanged"] == 1
    item = acme.get("/v1/items?sku=A-1").ok()["data"][0]
    acme.patch(f"/v1/items/{item['id']}", {"name": "second"}, etag=1).ok()
    assert acme.post("/v1/items/bulk-upsert", body, key="again").ok()["unchanged"] == 1
    assert acme.get("/v1/items?sku=A-1").ok()["data"][0]["name"] == "second"


def test_all_or_nothing_is_one_transaction_and_says_when_it_does_not_fit(acme: Client) -> None:
    rows = [{"sku": f"R-{n}", "name": "n"} for n in range(49)]
    body = {"items": rows, "on_error": "all_or_nothing"}
    assert acme.post("/v1/items/bulk-upsert", body).ok()["created"] == 49
    assert acme.post("/v1/items/bulk-upsert", body).ok()["unchanged"] == 49
    fresh = [{"sku": f"T-{n}", "name": "n"} for n in range(50)]
    problem = acme.post("/v1/items/bulk-upsert", {"items": fresh, "on_error": "all_or_nothing"})
    problem.refused(422, "too_large_for_one_transaction")
    twice = [{"sku": "D-1", "name": "n"}, {"sku": "D-1", "name": "n"}]
    problem = acme.post("/v1/items/bulk-upsert", {"items": twice, "on_error": "all_or_nothing"}).refused(422, "invalid")
    assert problem["errors"][0]["pointer"] == "/items/1/sku"
