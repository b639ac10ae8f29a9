"""Custom fields: their declaration, their values on items, and lists that are filtered by them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.custom_fields import rules
from chalicelib.catalog.custom_fields.schemas import CustomFieldType
from tests.world import Client

MATERIAL = {
    "entity": "item",
    "code": "material",
    "label": "Material",
    "type": "choice",
    "choices": ["Steel", "Carbon"],
    "privacy_class": "business",
    "filterable": True,
}


def declared(acme: Client, code: str, kind: str, **fields: Any) -> Any:
    body = {**MATERIAL, "code": code, "type": kind, "choices": [], **fields}
    return acme.post("/v1/custom-fields", body).ok()


def errors(problem: Any) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in problem["errors"]]


@pytest.fixture
def fields(acme: Client) -> dict[str, Any]:
    """A field of each type."""
    found = {kind: declared(acme, f"a_{kind}", kind) for kind in ("text", "number", "date", "boolean")}
    return {**found, "choice": acme.post("/v1/custom-fields", MATERIAL).ok()}


VALUES = {"a_text": "Any  text", "a_number": "1.50", "a_date": "2026-02-28", "a_boolean": False, "material": "STEEL "}


def test_values_of_every_type_are_kept_in_one_form(acme: Client, fields: dict[str, Any]) -> None:
    item = acme.post("/v1/items", {"sku": "A", "name": "x", "custom_fields": VALUES}).ok()
    assert fields["choice"]["code"] == "material"
    assert item["custom_fields"] == {**VALUES, "a_number": "1.5", "material": "Steel"}
    assert acme.get(f"/v1/items/{item['id']}").ok() == item


def test_a_change_puts_values_over_those_that_are_there(acme: Client, fields: dict[str, Any]) -> None:
    item = acme.post("/v1/items", {"sku": "A", "name": "x", "custom_fields": VALUES}).ok()
    path = f"/v1/items/{item['id']}"
    change = {"custom_fields": {"a_text": None, "a_boolean": None, "a_date": None, "a_number": "2"}}
    assert acme.patch(path, change, etag=1).ok()["custom_fields"] == {"a_number": "2", "material": "Steel"}
    assert acme.patch(path, {"name": "y"}, etag=2).ok()["custom_fields"] == {"a_number": "2", "material": "Steel"}
    rows = [{"sku": "A", "custom_fields": {"a_number": None, "material": None}}]
    acme.post("/v1/items/bulk-upsert", {"items": rows}).ok()
    assert acme.get(path).ok()["custom_fields"] == {}
    assert len(fields) == 5


def test_wrong_values_are_told_together_with_everything_else_and_change_nothing(
    acme: Client, fields: dict[str, Any]
) -> None:
    wrong = {
        "a_number": "1e3",
        "a_date": "2026-02-30",
        "a_boolean": "yes",
        "material": "Wood",
        "a_text": True,
        "x": "y",
    }
    body = {"sku": "A", "name": "x", "barcodes": [{"code": "4006381333932"}], "custom_fields": wrong}
    problem = acme.post("/v1/items", body).refused(422, "invalid")
    assert errors(problem) == [
        ("/barcodes/0/code", "wrong_check_digit"),
        ("/custom_fields/a_number", "invalid_format"),
        ("/custom_fields/a_date", "invalid_format"),
        ("/custom_fields/a_boolean", "wrong_type"),
        ("/custom_fields/material", "not_one_of"),
        ("/custom_fields/a_text", "wrong_type"),
        ("/custom_fields/x", "unknown_custom_field"),
    ]
    assert acme.get("/v1/items").ok()["data"] == []
    assert len(fields) == 5


def test_an_archived_field_takes_no_more_values_and_keeps_those_that_are_there(acme: Client) -> None:
    field = acme.post("/v1/custom-fields", MATERIAL).ok()
    item = acme.post("/v1/items", {"sku": "A", "name": "x", "custom_fields": {"material": "Steel"}}).ok()
    path = f"/v1/items/{item['id']}"
    acme.post(f"/v1/custom-fields/{field['id']}/archive", etag=1).ok()
    problem = acme.patch(path, {"custom_fields": {"material": "Carbon"}}, etag=1).refused(422, "invalid")
    assert errors(problem) == [("/custom_fields/material", "archived_custom_field")]
    assert acme.patch(path, {"name": "y"}, etag=1).ok()["custom_fields"] == {"material": "Steel"}
    assert acme.patch(path, {"custom_fields": {"material": None}}, etag=2).ok()["custom_fields"] == {}


def test_items_are_filtered_by_a_filterable_field_and_pages_are_full(acme: Client, fields: dict[str, Any]) -> None:
    for number in range(9):
        values = {"material": "Steel" if number % 3 else "Carbon", "a_number": str(number), "a_boolean": number > 6}
        acme.post("/v1/items", {"sku": f"S-{number}", "name": "x", "custom_fields": values}).ok()

    def skus(query: str) -> list[str]:
        return [item["sku"] for item in acme.get(f"/v1/items?{query}").ok()["data"]]

    assert skus("custom_field=material:carbon") == ["S-0", "S-3", "S-6"]
    assert skus("custom_field=a_number:4.0") == ["S-4"]
    assert sorted(skus("custom_field=a_boolean:true&name_prefix=X&sort=name")) == ["S-7", "S-8"]
    assert skus("custom_field=a_text:nothing") == []
    first = acme.get("/v1/items?custom_field=material:STEEL&limit=4").ok()
    rest = acme.get(f"/v1/items?custom_field=material:Steel&limit=4&cursor={first['next_cursor']}").ok()
    assert [item["sku"] for item in first["data"] + rest["data"]] == [f"S-{n}" for n in (1, 2, 4, 5, 7, 8)]
    assert len(fields) == 5


@pytest.mark.parametrize("request_", ["secret:x", "nothing:x", "material", "material:wood", "a_number:many"])
def test_a_filter_by_what_is_not_filterable_or_of_another_type_is_refused(
    acme: Client, fields: dict[str, Any], request_: str
) -> None:
    declared(acme, "secret", "text", filterable=False)
    problem = acme.get(f"/v1/items?custom_field={request_}").refused(400, "bad_request")
    assert [error["pointer"] for error in problem["errors"]] == ["/query/custom_field"]
    assert len(fields) == 5


@pytest.mark.parametrize(
    ("fields_", "expected"),
    [
        ({"type": "choice", "choices": []}, [("/choices", "required")]),
        ({"type": "text"}, [("/choices", "not_used")]),
        ({"choices": ["Steel", "steel "]}, [("/choices/1", "repeated")]),
        ({"privacy_class": "contact"}, [("/privacy_class", "personal"), ("/filterable", "personal")]),
        ({"entity": "customer", "privacy_class": "identity"}, [("/filterable", "personal")]),
        ({"privacy_class": "unknown"}, [("/privacy_class", "not_one_of")]),
        ({"code": "Frame Material"}, [("/code", "invalid_format")]),
    ],
)
def test_a_declaration_that_does_not_fit_together_is_refused(
    acme: Client, fields_: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    problem = acme.post("/v1/custom-fields", {**MATERIAL, **fields_}).refused(422, "invalid")
    assert errors(problem) == expected


def test_a_field_says_how_its_values_are_to_be_protected(acme: Client) -> None:
    body = {name: value for name, value in MATERIAL.items() if name != "privacy_class"}
    problem = acme.post("/v1/custom-fields", body).refused(422, "invalid")
    assert errors(problem) == [("/privacy_class", "required")]


def test_two_kinds_of_documents_can_have_fields_of_one_code_and_one_kind_cannot(acme: Client) -> None:
    first = acme.post("/v1/custom-fields", MATERIAL).ok()
    problem = acme.post("/v1/custom-fields", MATERIAL).refused(409, "already_exists")
    assert first["id"] in problem["detail"]
    other = acme.post("/v1/custom-fields", {**MATERIAL, "entity": "customer"}).ok()
    assert [field["id"] for field in acme.get("/v1/custom-fields?entity=customer").ok()["data"]] == [other["id"]]


def test_fields_are_declared_by_administrators_and_read_by_everybody_at_work(acme: Client) -> None:
    field = acme.post("/v1/custom-fields", MATERIAL).ok()
    path = f"/v1/custom-fields/{field['id']}"
    acme.as_("purchasing").post("/v1/custom-fields", MATERIAL).refused(403, "forbidden")
    assert acme.as_("sales").get(path).ok()["label"] == "Material"
    assert acme.world.tenant().get(path).status == 404
    changed = acme.patch(path, {"label": "Frame", "choices": ["Steel", "Wood"]}, etag=1).ok()
    assert (changed["label"], changed["choices"], changed["entity"]) == ("Frame", ["Steel", "Wood"], "item")


class Field:
    choices = ("Steel", "Carbon")
    filterable = True

    def __init__(self, kind: CustomFieldType) -> None:
        self.type = kind


def as_sent(kind: CustomFieldType) -> st.SearchStrategy[Any]:
    """Values of the type, as a request may spell them."""
    return {
        CustomFieldType.TEXT: st.text("aBc ", min_size=1, max_size=5),
        CustomFieldType.NUMBER: st.decimals(-999, 999, places=3).map(lambda number: format(number, "f")),
        CustomFieldType.DATE: st.dates().map(str),
        CustomFieldType.BOOLEAN: st.booleans(),
        CustomFieldType.CHOICE: st.sampled_from(["steel", "CARBON ", "Steel"]),
    }[kind]


@given(st.sampled_from(CustomFieldType).flatmap(lambda kind: st.tuples(st.just(kind), as_sent(kind))))
def test_a_value_that_is_stored_is_found_by_itself_and_stays_as_it_is(sent: tuple[CustomFieldType, Any]) -> None:
    field: Any = Field(sent[0])
    if sent[1] == "-0.000":
        return
    value = rules.stored(field, sent[1])
    assert rules.stored(field, value) == value
    assert rules.matches({"x": value}, "x", rules.wanted(field, rules.compared(value)))
