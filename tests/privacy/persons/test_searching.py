"""Finding everything that is stored of a person, and nothing of anybody else."""

from typing import Any

from tests.privacy.persons.planted import EMAIL, NAME, PHONE, findings, plant, search
from tests.world import Client, World


def fields(found: list[Any]) -> set[str]:
    """The fields of the findings, each with its table."""
    return {f"{each['table']}.{name}" for each in found for portion in each["portions"] for name in portion["fields"]}


def test_a_person_is_found_wherever_his_documents_lead(world: World, acme: Client) -> None:
    made = plant(acme)
    world.settle()
    done = search(acme, emails=[EMAIL.upper()])
    found = findings(acme, done["id"])
    assert {each["document_id"] for each in found if each["document_id"]} == {
        made.customer["id"],
        made.order["id"],
        made.shipment["id"],
    }
    assert {made.customer["id"], made.order["id"]} <= set(done["found_document_ids"])
    assert "parties.name" in fields(found)
    assert "parties.notes" in fields(found)
    assert "sales_order_contents.content.header.note" in fields(found)
    assert all(each["is_certain"] for each in found)
    assert {each["table"]: each["rows"] for each in done["counts"]}["parties"] == 1


def test_what_names_somebody_else_is_not_the_persons(world: World, acme: Client) -> None:
    plant(acme)
    world.settle()
    found = findings(acme, search(acme, emails=[EMAIL])["id"])
    paths = {tuple(portion["path"]) for each in found for portion in each["portions"]}
    assert ("content", "header", "billing_address") in paths
    assert ("content", "header", "shipping_address") not in paths
    assert ("content", "ship_to") not in paths
    assert ("contacts", 0) in paths
    assert ("contacts", 1) not in paths


def test_who_only_receives_a_parcel_is_found_by_name_and_waits_for_a_decision(world: World, acme: Client) -> None:
    made = plant(acme)
    world.settle()
    done = search(acme, names=["Miller, Bob"])
    waiting = findings(acme, done["id"], "&waiting=true")
    assert {each["table"] for each in waiting} == {"sales_order_contents", "shipments"}
    assert {portion["sign"] for each in waiting for portion in each["portions"]} == {"name"}
    assert made.customer["id"] not in done["found_document_ids"]
    chosen = acme.post(
        f"/v1/privacy/searches/{done['id']}/findings/{waiting[0]['id']}/include", etag=done["version"]
    ).ok()
    assert sum(each["possible"] for each in chosen["counts"]) == len(waiting) - 1
    assert sum(each["rows"] for each in chosen["counts"]) == 1
    again = acme.post(f"/v1/privacy/searches/{done['id']}/repeat", etag=chosen["version"])
    assert again.status == 202, again.body
    world.settle()
    kept = {each["id"]: each["is_included"] for each in findings(acme, done["id"])}
    assert kept[waiting[0]["id"]] is True


def test_a_text_that_has_his_number_is_found_and_one_with_his_name_waits(world: World, acme: Client) -> None:
    made = plant(acme)
    acme.post(
        "/v1/stock/adjustments",
        {
            "lines": [{"item_id": made.here.item()["id"], "location_id": made.here.location, "change": "1"}],
            "reason": "found",
            "note": "Call 0031 (0)20-7946095 about it",
        },
    ).ok()
    acme.post("/v1/customers", {"kind": "company", "name": "Delft Tools", "notes": "ask for joan smit"}).ok()
    world.settle()
    found = findings(acme, search(acme, names=[NAME], phones=[PHONE])["id"])
    signs = {
        (each["table"], portion["sign"])
        for each in found
        for portion in each["portions"]
        if portion["path"] in (["note"], ["notes"])
    }
    assert ("stock_documents", "contact") in signs
    assert ("parties", "name") in signs


def test_a_merged_record_and_a_user_are_found_too(world: World, acme: Client) -> None:
    made = plant(acme)
    twin = acme.post("/v1/customers", {"kind": "person", "name": "J. Smit"}).ok()
    acme.post(f"/v1/customers/{twin['id']}/merge", {"into": made.customer["id"]}, etag=twin["version"]).ok()
    world.settle()
    done = search(acme, document_ids=[made.customer["id"]])
    assert twin["id"] in done["found_document_ids"]


def test_somebody_who_names_him_as_a_contact_is_not_him(world: World, acme: Client) -> None:
    ann = acme.post(
        "/v1/customers",
        {"kind": "person", "name": "Ann Other", "contacts": [{"name": NAME, "email": EMAIL}], "notes": "Sister of J."},
    ).ok()
    world.settle()
    done = search(acme, names=[NAME], emails=[EMAIL])
    (found,) = findings(acme, done["id"])
    assert ann["id"] not in done["found_document_ids"]
    signs = {portion["path"][0]: portion["sign"] for portion in found["portions"]}
    assert signs == {"contacts": "contact", "notes": "near"}


def test_searches_that_wait_go_through_the_data_once(world: World, acme: Client) -> None:
    plant(acme)
    world.settle()
    first = acme.post("/v1/privacy/searches", {"emails": [EMAIL]}).ok()
    second = acme.post("/v1/privacy/searches", {"names": ["Bob Miller"]}).ok()
    world.settle()
    for begun in (first, second):
        assert acme.get(f"/v1/privacy/searches/{begun['id']}").ok()["state"] == "found"
        assert findings(acme, begun["id"])


def test_nothing_known_is_refused_and_another_tenant_finds_nothing(world: World, acme: Client) -> None:
    plant(acme)
    world.settle()
    acme.post("/v1/privacy/searches", {}).refused(400, "bad_request")
    globex = world.tenant()
    done = search(globex, emails=[EMAIL], names=[NAME], phones=[PHONE])
    assert (done["counts"], findings(globex, done["id"])) == ([], [])
    acme.get(f"/v1/privacy/searches/{done['id']}").refused(404, "not_found")
    acme.as_("sales").post("/v1/privacy/searches", {"emails": [EMAIL]}).refused(403, "forbidden")
