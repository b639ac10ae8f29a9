"""What is said of a wrong field can be shown to a person: every field of every request, each kind of mistake."""

import re
import urllib.parse
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec import inspect

from chalicelib.edge.endpoint import Endpoint
from chalicelib.kernel import texts
from tests.contract.asking import is_problem, required_query
from tests.contract.operations import Operation, Schema, resolve
from tests.contract.sample_tenant import SampleTenant

CODES = {
    *("required", "unknown_field", "wrong_type", "blank", "too_short", "too_long", "not_one_of", "out_of_range"),
    *("too_precise", "invalid_format", "unknown_currency", "unknown_country", "unknown_time_zone", "item_or_sku"),
}
UNFIT = re.compile(
    r"[`^$\\|{}\[\]*]|\b(str|int|bool|float|dict|None|null|NoneType|Decimal|Literal|datetime|regex|matching|Expected)\b"
)
MARK = "Zulu"
WRONG: dict[str, Any] = {
    "an object": {MARK: 1},
    "a list": [MARK],
    "a number": 7654321,
    "a negative number": -7654321,
    "a flag": True,
    "nothing": None,
    "an empty text": "",
    "blanks": " \u3000 ",
    "a text that nobody sees": "\u200b\u202e",
    "another text": f"{MARK} wrong!",
    "a text with a tab": f"{MARK}\tx",
    "a text with a line break inside": f"{MARK}\u2028x\u0085x",
    "a long text": MARK * 5000,
    "a currency that does not exist": "QQQ",
    "a country that does not exist": "XX",
    "a time zone that does not exist": "Europe/Zulutown",
    "a decimal with too many places": "1.23456789",
    "a decimal below zero": "-5",
    "a decimal without measure": "99999999999999999",
}


def filled(schema: Schema, document: dict[str, Any], value: Any) -> Any:
    """A body with the value at every leaf."""
    schema = resolve(schema, document)
    if "anyOf" in schema:
        options = [resolve(each, document) for each in schema["anyOf"]]
        return filled(next(each for each in options if each.get("type") != "null"), document, value)
    if schema.get("properties"):
        return {name: filled(member, document, value) for name, member in schema["properties"].items()}
    return [filled(schema["items"], document, value)] if isinstance(schema.get("items"), dict) else value


def leaf_pointers(body: Any, value: Any, pointer: str = "") -> Iterator[str]:
    """Where the value lies in a body that was filled with it."""
    if body is value:
        yield pointer
    elif isinstance(body, dict):
        for name, member in body.items():
            yield from leaf_pointers(member, value, f"{pointer}/{name}")
    elif isinstance(body, list):
        for index, member in enumerate(body):
            yield from leaf_pointers(member, value, f"{pointer}/{index}")


def with_bodies(routes: list[Operation]) -> list[Operation]:
    return [each for each in routes if each.body_schema is not None]


def errors(operation: Operation, ours: SampleTenant, body: Any) -> list[dict[str, str]]:
    """The field errors of a body; none when something else than the body refuses the request."""
    headers = operation.headers(uuid.uuid4().hex, '"999999"')
    reply = ours.client.call(operation.method, operation.path(ours.ids), body, headers)
    found: list[dict[str, str]] = reply.json.get("errors", []) if reply.status in (400, 422) else []
    return found


def fits_a_form(message: str) -> bool:
    return (
        re.fullmatch(r"[A-Z].*\.", message) is not None
        and not UNFIT.search(message)
        and MARK.casefold() not in message.casefold()
    )


@pytest.mark.parametrize("mistake", WRONG)
def test_every_field_of_every_body_says_in_plain_words_what_it_takes(
    ours: SampleTenant, routes: list[Operation], mistake: str
) -> None:
    said = 0
    for operation in with_bodies(routes):
        assert operation.body_schema is not None
        body = filled(operation.body_schema, operation.document, WRONG[mistake])
        for error in errors(operation, ours, body):
            assert fits_a_form(error["message"]), (operation.name, error)
            assert error["code"] in CODES, (operation.name, error)
            said += 1
    assert said > 50


def test_no_field_of_any_body_escapes(ours: SampleTenant, routes: list[Operation]) -> None:
    wrong = {MARK: 1}
    for operation in with_bodies(routes):
        assert operation.body_schema is not None
        body = filled(operation.body_schema, operation.document, wrong)
        # In place of a map, the wrong value is a map with a wrong member.
        told = {error["pointer"].removesuffix(f"/{MARK}") for error in errors(operation, ours, body)}
        assert told == set(leaf_pointers(body, wrong))


@pytest.mark.parametrize("wrong", [MARK, 5, [], [None] * 500, {}])
def test_a_wrong_value_in_place_of_a_list_or_an_object_is_told_in_plain_words(
    ours: SampleTenant, routes: list[Operation], wrong: Any
) -> None:
    for operation in with_bodies(routes):
        assert operation.body_schema is not None
        schema = resolve(operation.body_schema, operation.document)
        for error in errors(operation, ours, dict.fromkeys(schema["properties"], wrong)):
            assert fits_a_form(error["message"]), (operation.name, error)
            assert error["code"] in CODES, (operation.name, error)


@pytest.mark.parametrize("value", [f"{MARK} wrong!", "", " ", "-1", "1.5", "9" * 30, MARK * 4000, "null", f"{MARK}\t"])
def test_every_parameter_says_in_plain_words_what_it_takes(
    ours: SampleTenant, routes: list[Operation], value: str
) -> None:
    said = 0
    for operation in routes:
        if operation.method == "GET" and operation.query:
            names = [name for name in operation.query if name != "cursor"]
            path = required_query(operation, ours).partition("?")[0]
            reply = ours.client.get(f"{path}?{urllib.parse.urlencode(dict.fromkeys(names, value))}")
            for error in reply.json.get("errors", []):
                assert fits_a_form(error["message"]) or error["code"] == "unsupported_combination", error
                assert error["code"] in CODES | {"unsupported_combination", "wrong_count"}, error
                said += 1
    assert said > 10


def texts_of(info: inspect.Type, rule: texts.Rule | None = None) -> Iterator[tuple[inspect.StrType, texts.Rule | None]]:
    """Every text of a type, with its rule."""
    if isinstance(info, inspect.Metadata):
        yield from texts_of(info.type, texts.rule_of(info.extra) or rule)
    elif isinstance(info, inspect.StrType):
        yield info, rule
    elif isinstance(info, inspect.UnionType):
        for member in info.types:
            yield from texts_of(member, rule)
    elif isinstance(info, inspect.ListType):
        yield from texts_of(info.item_type)
    elif isinstance(info, inspect.StructType):
        for field in info.fields:
            yield from texts_of(field.type)


def declared(routes: list[Operation]) -> list[Endpoint]:
    return [operation.endpoint for operation in routes]


def test_every_text_of_a_body_is_of_a_declared_type(routes: list[Operation]) -> None:
    bodies = [each.body for each in declared(routes) if each.body is not None]
    found = [rule for body in bodies for _, rule in texts_of(inspect.type_info(body))]
    assert len(found) > 50
    assert None not in found


def test_every_pattern_has_words(routes: list[Operation]) -> None:
    kinds = [kind for each in declared(routes) for kind in (each.body, each.query) if kind is not None]
    for kind in kinds:
        for text, rule in texts_of(inspect.type_info(kind)):
            assert text.pattern is None or (rule is not None and fits_a_form(rule.says)), (kind, text)


def test_a_currency_or_country_that_does_not_exist_is_told_with_everything_else(ours: SampleTenant) -> None:
    address = {"kind": "billing", "lines": ["Main St 1"], "country": "XX"}
    body = {"kind": "person", "name": " ", "currency": "QQQ", "addresses": [address, {**address, "country": "ZZ"}]}
    problem = is_problem(ours.client.post("/v1/customers", body), 422, "invalid")
    assert [(error["pointer"], error["code"], error["message"]) for error in problem["errors"]] == [
        ("/name", "blank", "Fill this in."),
        (
            "/addresses/0/country",
            "unknown_country",
            "Use a country code of ISO 3166-1, such as DE, or ZZ when the country is unknown.",
        ),
        ("/currency", "unknown_currency", "Use a currency code of ISO 4217, such as EUR."),
    ]
