"""Texts that mean something to somebody else (a spreadsheet, a log, a store, a path) mean nothing to us.

Each is stored as it is, but for its form (kernel/texts.py), or refused with a 4xx: never a 5xx, never another tenant's
data, never half a text.
"""

import urllib.parse
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.kernel.texts import one_line, paragraphs
from tests.contract.asking import body_for, required_query
from tests.contract.operations import Operation, leaves, put
from tests.contract.sample_tenant import SampleTenant
from tests.security import corpora
from tests.world import Reply

CREATED = ("create_item", "create_customer", "create_warehouse", "create_location", "create_sales_order")
STOCK = ("receive_stock", "adjust_stock", "transfer_stock")


def harmless(reply: Reply, theirs: SampleTenant) -> Reply:
    """No error of ours, nothing of another tenant, no header that was made up."""
    assert reply.status < 500, reply.body
    text = reply.body.decode() + str(reply.headers)
    assert theirs.mark.found_in(text) == {}
    assert theirs.client.tenant not in text
    for name, value in reply.headers.items():
        assert name.lower() != "x-evil"
        assert not {"\r", "\n", "\0"} & set(name + value), (name, value)
    return reply


def free_texts(operation: Operation, body: Any) -> Iterator[tuple[str, ...]]:
    """The places of a body where a person may type."""
    for place, schema in leaves(operation.body_schema or {}, operation.document):
        if schema.get("type") == "string" and "enum" not in schema and reached(body, place):
            yield place


def reached(body: Any, place: tuple[str, ...]) -> bool:
    return isinstance(value_at(body, place), str)


def value_at(body: Any, place: tuple[str, ...]) -> Any:
    for step in place:
        if step == "*":
            body = body[0] if body else None
        elif isinstance(body, dict):
            body = body.get(step)
        else:
            return None
    return body


def place_of(pointer: str) -> tuple[str, ...]:
    return tuple("*" if step.isdigit() else step for step in pointer.removeprefix("/").split("/"))


def taken(operation: Operation, ours: SampleTenant, text: str) -> tuple[Reply, Any, list[tuple[str, ...]]]:
    """Sends the text in every place at once, then without the places that refuse it: the answer, the body that was sent
    last, and the places where the text stayed."""
    good = body_for(operation, ours)
    places = list(free_texts(operation, good))
    for _ in range(3):
        body = good
        for place in places:
            body = put(body, place, text)
        path = operation.path(ours.ids)
        reply = ours.client.call(operation.method, path, body, operation.headers(uuid.uuid4().hex))
        if reply.status not in (400, 422) or not places:
            break
        wrong = {place_of(error["pointer"]) for error in reply.json.get("errors", [])}
        places = [place for place in places if place not in wrong] if wrong & set(places) else []
    return reply, body, places


@pytest.mark.parametrize("name", [*CREATED, *STOCK])
def test_a_text_is_kept_word_for_word_or_refused(
    ours: SampleTenant, theirs: SampleTenant, routes: list[Operation], name: str
) -> None:
    operation = next(each for each in routes if each.name == name)
    kept = 0
    for text in corpora.texts():
        reply, _, places = taken(operation, ours, text)
        harmless(reply, theirs)
        if reply.status == 409 and reply.json["code"] == "already_exists":
            continue  # to people it is the same as an earlier text
        assert reply.status == 201 or not places, (name, text, reply.status, reply.body)
        shown = ours.client.get(reply.header("location")).ok() if reply.header("location") else reply.json
        for place in places:
            found = value_at(shown, place)
            assert found in (one_line(text), paragraphs(text), None), (name, place, text, found)
            kept += found is not None
    assert kept >= (0 if name in STOCK else 60), "hardly anything was stored"


def test_a_text_in_a_filter_finds_nothing_of_anybody_else(
    ours: SampleTenant, theirs: SampleTenant, routes: list[Operation]
) -> None:
    asked = turn = 0
    for operation in routes:
        for name, parameter in operation.query.items():
            if parameter["schema"].get("type", "string") == "string" and name != "cursor":
                base = operation.path(ours.ids)
                turn += 1
                for text in corpora.third(corpora.texts(), turn):
                    reply = ours.client.get(f"{base}?{name}={urllib.parse.quote(text, safe='')}")
                    assert reply.status in (200, 400), (operation.name, name, text, reply.status)
                    harmless(reply, theirs)
                    asked += 1
    assert asked > 2000


def test_a_text_in_place_of_an_id_in_a_body_names_nothing(
    ours: SampleTenant, theirs: SampleTenant, routes: list[Operation]
) -> None:
    operation = next(each for each in routes if each.name == "create_sales_order")
    for text in corpora.texts():
        for place in (("warehouse_id",), ("customer_id",), ("lines", "*", "item_id"), ("lines", "*", "warehouse_id")):
            body = put(body_for(operation, ours), place, text)
            reply = harmless(ours.client.post("/v1/sales-orders", body), theirs)
            assert reply.json["code"] in ("bad_request", "invalid"), (place, text)


def gets(routes: list[Operation]) -> list[Operation]:
    """Those that name a thing by its id. A scanned code may be any text, and is tested in tests/search."""
    found = [each for each in routes if each.method == "GET" and each.path_names and each.name != "scan_code"]
    assert len(found) >= 8
    return found


def test_a_trick_in_a_path_leads_nowhere(ours: SampleTenant, theirs: SampleTenant, routes: list[Operation]) -> None:
    of_tenants = [operation for operation in gets(routes) if not operation.endpoint.is_public]
    for operation in of_tenants:  # what is public is everybody's, whatever case its number is written in
        (name,) = operation.path_names
        for trick in corpora.PATHS:
            mine, foreign = ours.ids[name], theirs.ids[name]
            part = trick.replace("{mine}", mine).replace("{theirs}", foreign).replace("{MINE}", mine.upper())
            path = operation.endpoint.path.replace(f"{{{name}}}", part)
            reply = harmless(ours.client.get(path), theirs)
            # What follows a semicolon is no part of the path for the local gateway.
            own = ";" in trick and reply.status == 200 and reply.json["id"] == mine
            assert own or reply.status in (400, 404), (path, reply.status)


def test_a_trick_in_a_whole_path_opens_no_other_room(ours: SampleTenant, theirs: SampleTenant) -> None:
    for trick in corpora.WHOLE_PATHS:
        path = trick.replace("{theirs}", theirs.ids["item_id"])
        for client in (ours.client, ours.client.world.anonymous()):
            reply = harmless(client.get(path), theirs)
            assert reply.status in (400, 401, 404), (path, reply.status)


def test_a_text_of_a_path_is_a_path_of_nothing(
    ours: SampleTenant, theirs: SampleTenant, routes: list[Operation]
) -> None:
    for operation in gets(routes):
        for text in corpora.texts():
            (name,) = operation.path_names
            path = operation.endpoint.path.replace(f"{{{name}}}", urllib.parse.quote(text, safe=""))
            reply = harmless(ours.client.get(path), theirs)
            assert reply.status == 404, (path, reply.status)


@pytest.mark.parametrize("raw", corpora.RAW_BYTES)
def test_bytes_that_are_no_utf_8_are_refused(ours: SampleTenant, theirs: SampleTenant, raw: bytes) -> None:
    for body in (b'{"sku":"RAW-1","name":"' + raw + b'"}', b'{"' + raw + b'":1}', raw):
        reply = ours.client.call("POST", "/v1/items", body, {"Idempotency-Key": uuid.uuid4().hex})
        harmless(reply, theirs).refused(400, "bad_request")


@pytest.mark.parametrize("escape", corpora.ESCAPES)
def test_an_escape_that_stands_for_no_clean_text_is_refused_on_every_route(
    ours: SampleTenant, theirs: SampleTenant, routes: list[Operation], escape: str
) -> None:
    for operation in routes:
        if operation.body_schema is not None:
            body = f'{{"name":"{escape}"}}'.encode()
            headers = operation.headers(uuid.uuid4().hex)
            reply = ours.client.call(operation.method, operation.path(ours.ids), body, headers)
            harmless(reply, theirs).refused(400, "bad_request")


def test_letters_that_only_look_alike_name_nothing(
    ours: SampleTenant, theirs: SampleTenant, routes: list[Operation]
) -> None:
    """What looks the same is the same; other letters are other codes; ids are of ASCII."""
    item = ours.client.get(f"/v1/items/{ours.ids['item_id']}").ok()
    for spelled, found in (
        (item["sku"].replace("Z", "\uff3a"), []),
        (item["sku"].replace("Z", "\u0396"), []),
        (item["sku"] + "\u200b", [item["id"]]),
        ("\ufeff" + item["sku"][:3] + "\u00ad" + item["sku"][3:], [item["id"]]),
        ("\u202e" + item["sku"] + "\u202c", [item["id"]]),
    ):
        reply = harmless(ours.client.get(f"/v1/items?sku={urllib.parse.quote(spelled)}"), theirs)
        assert [each["id"] for each in reply.ok()["data"]] == found, spelled
        again = ours.client.post("/v1/items", {"sku": spelled, "name": "n"})
        assert harmless(again, theirs).status == (409 if found else 201), spelled
    assert required_query(next(each for each in routes if each.name == "list_items"), ours) == "/v1/items"
