"""Bulk endpoints: what to do about errors, by what rows are matched, and trying it."""

from tests.bulk.files import skus
from tests.world import Client

PATH = "/v1/items/bulk-upsert"


def outcomes(result: dict[str, list[dict[str, str]]]) -> list[str]:
    return [row["outcome"] for row in result["rows"]]


def test_row_25_bulk_endpoints_with_error_policy_external_ref_upsert_and_dry_run(acme: Client) -> None:
    ref = {"system": "legacy", "id": "7"}
    acme.post("/v1/items", {"sku": "A", "name": "a", "external_refs": [ref, {"system": "shop", "id": "x"}]}).ok()
    rows = [
        {"sku": "A-2", "name": "renamed", "external_refs": [ref]},
        {"sku": "B", "name": "b", "external_refs": [{"system": "legacy", "id": "8"}]},
        {"sku": "C", "name": "c"},
    ]
    body = {"items": rows, "key": "external_ref"}
    tried = acme.post(f"{PATH}?dry_run=true", body).ok()
    assert (tried["dry_run"], outcomes(tried)) == (True, ["updated", "created", "failed"])
    assert skus(acme) == ["A"]
    problem = acme.post(PATH, {**body, "on_error": "all_or_nothing"}).refused(422, "invalid")
    assert [error["pointer"] for error in problem["errors"]] == ["/items/2/external_refs"]
    assert skus(acme) == ["A"]
    done = acme.post(PATH, {**body, "on_error": "skip_rows"}).ok()
    assert (outcomes(done), done["rows"][2]["errors"][0]["pointer"]) == (outcomes(tried), "/external_refs")
    assert skus(acme) == ["A-2", "B"]
    assert len(acme.get("/v1/items?sku=A-2").ok()["data"][0]["external_refs"]) == 2
    assert outcomes(acme.post(PATH, {**body, "items": rows[:2]}).ok()) == ["unchanged", "unchanged"]


def test_all_or_nothing_tells_the_errors_of_all_rows_at_once(acme: Client) -> None:
    rows = [
        {"sku": "A"},
        {"sku": "B", "name": "b"},
        {"sku": "b", "name": "b"},
        {"sku": "C", "name": "c", "reorder_point": "0.5"},
    ]
    problem = acme.post(PATH, {"items": rows, "on_error": "all_or_nothing"}).refused(422, "invalid")
    assert {error["pointer"] for error in problem["errors"]} == {
        "/items/0/name",
        "/items/2/sku",
        "/items/3/reorder_point",
    }


def test_the_second_of_two_rows_with_one_key_fails_and_the_first_is_written(acme: Client) -> None:
    rows = [{"sku": "A", "name": "first"}, {"sku": "a ", "name": "second"}, {"sku": "B", "name": "b"}]
    result = acme.post(PATH, {"items": rows}).ok()
    assert outcomes(result) == ["created", "failed", "created"]
    assert [row["key"] for row in result["rows"]] == ["A", "a", "B"]
    assert acme.get("/v1/items?sku=A").ok()["data"][0]["name"] == "first"


def test_rows_that_do_not_fit_into_one_transaction_are_written_in_several(acme: Client) -> None:
    codes = [[{"code": f"{row:03}{n:04}"} for n in range(20)] for row in range(12)]
    rows = [{"sku": f"R-{row}", "name": "n", "barcodes": codes[row]} for row in range(12)]
    rows[7]["barcodes"] = [codes[2][3]]
    assert outcomes(acme.post(PATH, {"items": rows}).ok()) == ["created"] * 7 + ["failed"] + ["created"] * 4


def test_references_of_two_items_in_one_row_are_ambiguous(acme: Client) -> None:
    refs = [{"system": "legacy", "id": "1"}, {"system": "legacy", "id": "2"}]
    for sku, ref in zip("AB", refs, strict=True):
        acme.post("/v1/items", {"sku": sku, "name": "n", "external_refs": [ref]}).ok()
    result = acme.post(PATH, {"items": [{"external_refs": refs}], "key": "external_ref"}).ok()
    assert [error["code"] for error in result["rows"][0]["errors"]] == ["ambiguous"]


REFS = [{"system": "legacy", "id": "1"}, {"system": "shop", "id": "2"}]


def test_two_rows_that_mean_one_item_are_written_one_after_the_other(acme: Client) -> None:
    acme.post("/v1/items", {"sku": "A", "name": "a", "external_refs": REFS}).ok()
    rows = [{"external_refs": [REFS[0]], "name": "first"}, {"external_refs": [REFS[1]], "category": "Bikes"}]
    body = {"items": rows, "key": "external_ref"}
    problem = acme.post(PATH, {**body, "on_error": "all_or_nothing"}).refused(422, "invalid")
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [("/items/1", "repeated")]
    assert outcomes(acme.post(PATH, {**body, "on_error": "skip_rows"}).ok()) == ["updated", "updated"]
    (item,) = acme.get("/v1/items?sku=A").ok()["data"]
    assert (item["name"], item["category"]) == ("first", "Bikes")


def test_rows_that_are_replaced_by_one_item_or_by_one_another(acme: Client) -> None:
    rows = [{"sku": sku, "name": sku} for sku in ("OLD-1", "OLD-2", "NEW")]
    acme.post(PATH, {"items": rows}).ok()
    rows = [
        {"sku": "OLD-1", "replacement_sku": "NEW"},
        {"sku": "OLD-2", "replacement_sku": "NEW"},
        {"sku": "NEW", "name": "newest"},
    ]
    assert outcomes(acme.post(PATH, {"items": rows}).ok()) == ["updated"] * 3
    circle = acme.post(PATH, {"items": [{"sku": "NEW", "replacement_sku": "OLD-1"}]}).ok()
    assert circle["rows"][0]["errors"][0]["code"] == "circular_replacement"


def test_a_document_gets_no_more_references_than_it_may_have(acme: Client) -> None:
    refs = [{"system": "legacy", "id": str(number)} for number in range(20)]
    acme.post("/v1/items", {"sku": "A", "name": "a", "external_refs": refs}).ok()
    rows = [{"external_refs": [refs[0], {"system": "shop", "id": "1"}], "name": "b"}]
    result = acme.post(PATH, {"items": rows, "key": "external_ref"}).ok()
    assert [error["code"] for error in result["rows"][0]["errors"]] == ["too_many"]


def test_more_errors_than_are_told_at_once_keep_no_good_row_from_being_written(acme: Client) -> None:
    bad = {"sku": "X", "name": "x", "colour": "red", "shape": "round"}
    rows = [{**bad, "sku": f"X-{number}"} for number in range(60)] + [{"sku": "GOOD", "name": "good"}]
    result = acme.post(PATH, {"items": rows, "on_error": "skip_rows"}).ok()
    assert outcomes(result) == ["failed"] * 60 + ["created"]
    assert [error["pointer"] for error in result["rows"][59]["errors"]] == ["/colour", "/shape"]


def test_commands_that_change_the_same_people_again_and_again(acme: Client) -> None:
    for name in "AB":
        acme.post("/v1/customers", {"kind": "person", "number": f"K-{name}", "name": name}).ok()
    for run in range(42):
        rows = [{"number": f"K-{name}", "notes": str(run)} for name in "AB"]
        result = acme.post("/v1/customers/bulk-upsert", {"customers": rows, "on_error": "all_or_nothing"}).ok()
        assert outcomes(result) == ["updated", "updated"], run
