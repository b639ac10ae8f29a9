"""Erasing what is a person's, and nothing else."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from chalicelib.kernel import declaration
from chalicelib.kernel.dynamo.client import dynamodb
from tests.privacy.persons.planted import EMAIL, NAME, PHONE, address, findings, plant, search
from tests.search.searches import names
from tests.world import Client, World


def everything(client: Client) -> dict[str, str]:
    """All rows of a tenant as text, by table and key; compressed values as they are shown."""
    found = {}
    for model in declaration.tables():
        for page in dynamodb().get_paginator("scan").paginate(TableName=model.table_name()):
            for item in page["Items"]:
                key = [str(next(iter(item[name].values()))) for name in model.key_names()]
                if key[0].startswith(client.tenant):
                    row = model.read(item)
                    said = {
                        name: model.get_attributes()[name].tree(value)
                        for name, value in row.attribute_values.items()
                        if value is not None
                    }
                    found["/".join((model.__name__, *key))] = json.dumps(said, default=str, sort_keys=True)
    return found


def traces(client: Client, *marks: str, besides: str = "PersonSearch/") -> list[str]:
    """Where marks are still stored, besides the search itself, which says who was looked for while it is needed."""
    rows = everything(client)
    return [key for key, text in rows.items() if any(mark in text for mark in marks) and not key.startswith(besides)]


def erase(client: Client, search_id: str) -> Any:
    """Erases what a search has found, and proves it."""
    current = client.get(f"/v1/privacy/searches/{search_id}").ok()
    answer = client.post(f"/v1/privacy/searches/{search_id}/erase", etag=current["version"])
    assert answer.status == 202, answer.body
    client.world.settle()
    return client.get(f"/v1/privacy/searches/{search_id}").ok()


@pytest.fixture
def settled(world: World, acme: Client) -> Iterator[Any]:
    made = plant(acme)
    acme.post(
        "/v1/customers", {"kind": "person", "name": "Ann Other", "contacts": [{"email": "ann@other.example"}]}
    ).ok()
    world.settle()
    yield made


def test_what_goes_and_what_stays_is_shown_before_and_done_then(acme: Client, settled: Any) -> None:
    done = search(acme, emails=[EMAIL])
    preview = acme.get(f"/v1/privacy/searches/{done['id']}/preview").ok()
    gone = {each["table"]: each for each in preview["erased"]}
    assert {"parties", "sales_order_contents"} <= gone.keys()
    assert "content.header.note" in gone["sales_order_contents"]["fields"]
    (kept,) = preview["kept"]
    assert kept["fields"] == [f"content.header.billing_address.{name}" for name in ("name", "lines", "city", "region")]
    assert (kept["table"], kept["until"]) == ("sales_order_contents", f"{date.today().year + 10}-12-31")
    assert "10 years" in kept["basis"]
    assert erase(acme, done["id"])["state"] == "erased"
    after = acme.get(f"/v1/privacy/searches/{done['id']}/preview").ok()
    assert (after["erased"], after["kept"]) == ([], [kept])


def test_nothing_of_the_person_is_left_but_what_is_kept(world: World, acme: Client, settled: Any) -> None:
    before = everything(acme)
    done = erase(acme, search(acme, emails=[EMAIL])["id"])
    assert (done["state"], done["left"]) == ("erased", None)
    assert traces(acme, EMAIL, PHONE, "Door code", "back door") == []
    assert {key.partition("/")[0] for key in traces(acme, NAME)} == {"SalesOrderContent"}
    assert names(acme, "joan") == []
    customer = acme.get(f"/v1/customers/{settled.customer['id']}").ok()
    assert (customer["name"], customer["notes"], customer["contacts"]) == (
        "erased",
        "",
        [{"name": "Tim Jansen", "email": None, "phone": "+31 6 1111 2222", "role": None}],
    )
    order = acme.get(f"/v1/sales-orders/{settled.order['id']}").ok()
    assert (order["note"], order["totals"]) == (None, settled.order["totals"])
    assert order["shipping_address"]["name"] == "Bob Miller"
    other = {key: text for key, text in before.items() if "Ann Other" in text or "ann@other" in text}
    after = everything(acme)
    assert other
    assert {key: after.get(key) for key in other} == other


def test_the_stored_answers_that_show_the_person_are_erased(acme: Client) -> None:
    body = {"kind": "person", "name": NAME, "contacts": [{"email": EMAIL}]}
    acme.post("/v1/customers", body, key="kept-by-a-client").ok()
    acme.world.settle()
    erase(acme, search(acme, emails=[EMAIL])["id"])
    acme.post("/v1/customers", body, key="kept-by-a-client").refused(410, "answer_erased")


def test_an_open_order_keeps_what_it_needs_and_a_draft_keeps_nothing(world: World, acme: Client) -> None:
    made = plant(acme)
    item = made.here.item(5)["id"]
    who = {"customer_id": made.customer["id"], "shipping_address": address(NAME, "Oude Delft 1", PHONE)}
    open_order, draft = made.here.confirmed((item, 1), **who), made.here.order((item, 1), **who)
    world.settle()
    done = erase(acme, search(acme, emails=[EMAIL])["id"])
    assert done["state"] == "erased"
    assert acme.get(f"/v1/sales-orders/{open_order['id']}").ok()["shipping_address"]["phone"] == PHONE
    assert acme.get(f"/v1/sales-orders/{draft['id']}").ok()["shipping_address"] == {
        **dict.fromkeys(("name", "company", "city", "region", "postal_code", "phone")),
        "lines": [],
        "country": "NL",
    }


def test_erasing_twice_is_erasing_once_and_what_came_meanwhile_goes_too(
    world: World, acme: Client, settled: Any
) -> None:
    done = erase(acme, search(acme, emails=[EMAIL])["id"])
    before = everything(acme)
    acme.post("/v1/customers", {"kind": "company", "name": "Late Ltd", "notes": f"Ask {EMAIL}"}).ok()
    again = acme.post(f"/v1/privacy/searches/{done['id']}/repeat", etag=done["version"])
    assert again.status == 202
    world.settle()
    assert erase(acme, done["id"])["state"] == "erased"
    assert traces(acme, EMAIL) == []
    party = f"Party/{acme.tenant}/{settled.customer['id']}"
    assert everything(acme)[party] == before[party]


def test_nothing_is_erased_before_names_are_decided_or_without_a_recent_login(acme: Client, settled: Any) -> None:
    done = search(acme, names=["Bob Miller"])
    path = f"/v1/privacy/searches/{done['id']}/erase"
    acme.post(path, etag=done["version"]).refused(409, "findings_undecided")
    chosen = done
    for each in findings(acme, done["id"], "&waiting=true"):
        where = f"/v1/privacy/searches/{done['id']}/findings/{each['id']}/include"
        chosen = acme.post(where, etag=chosen["version"]).ok()
    acme.as_("auditor").post(path, etag=chosen["version"]).refused(403, "forbidden")
    assert erase(acme, done["id"])["state"] == "erased"
    order = acme.get(f"/v1/sales-orders/{settled.order['id']}").ok()
    assert (order["shipping_address"]["name"], order["billing_address"]["name"]) == (None, NAME)
