"""The package of all that is stored of a person."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import requests

from chalicelib.kernel import clock
from chalicelib.privacy.persons import packages
from tests.privacy.persons.planted import EMAIL, NAME, findings, plant, search
from tests.world import Client, World


def package(client: Client, search_id: str) -> dict[str, bytes]:
    """The files of a new package, fetched by its link."""
    current = client.get(f"/v1/privacy/searches/{search_id}").ok()
    begun = client.post(f"/v1/privacy/searches/{search_id}/package", etag=current["version"])
    assert begun.status == 202, begun.body
    client.world.settle()
    link = client.post(f"/v1/privacy/searches/{search_id}/package/link").ok()
    answer = requests.get(link["url"], timeout=5)
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as found:
        return {name: found.read(name) for name in found.namelist()}


def rows(files: dict[str, bytes], table: str) -> list[Any]:
    return [json.loads(line) for line in files[f"data/{table}.jsonl"].splitlines()]


def test_the_package_has_all_that_is_the_persons_and_nothing_of_others(world: World, acme: Client) -> None:
    made = plant(acme)
    world.settle()
    files = package(acme, search(acme, emails=[EMAIL])["id"])
    everything = b"\n".join(files.values()).decode()
    for word in (NAME, EMAIL, "back door", "Door code 4711", "Oude Delft 1"):
        assert word in everything, word
    for word in ("Bob Miller", "Tim Jansen", "+31 6 1111 2222", "Nieuwe Delft 2"):
        assert word not in everything, word
    (party,) = rows(files, "parties")
    assert (party["id"], party["name"]) == (made.customer["id"], NAME)
    assert party["contacts"][1]["name"] == "[somebody else]"
    (order,) = rows(files, "sales_orders")
    assert order["number"] == made.order["number"]


def test_who_only_receives_a_parcel_is_told_nothing_of_the_order(world: World, acme: Client) -> None:
    made = plant(acme)
    world.settle()
    done = search(acme, names=["Bob Miller"])
    for each in findings(acme, done["id"], "&waiting=true"):
        where = f"/v1/privacy/searches/{done['id']}/findings/{each['id']}/include"
        done = acme.post(where, etag=done["version"]).ok()
    files = package(acme, done["id"])
    everything = b"\n".join(body for name, body in files.items() if name.startswith("data/")).decode()
    assert "Nieuwe Delft 2" in everything
    for word in (NAME, made.order["lines"][0]["sku"], made.order["number"], "unit_price", "Door code"):
        assert word not in everything, word


def test_its_manifest_has_the_sum_of_each_file_and_its_schema_every_field(world: World, acme: Client) -> None:
    plant(acme)
    world.settle()
    files = package(acme, search(acme, emails=[EMAIL])["id"])
    sums = json.loads(files.pop("manifest.json"))["sha256"]
    assert sums == {name: hashlib.sha256(body).hexdigest() for name, body in files.items()}
    schema = {table["table"] for table in json.loads(files["schema.json"])}
    assert {name.split("/")[1].split(".")[0] for name in files if name.startswith("data/")} == schema
    (kept,) = json.loads(files["kept.json"])
    assert "10 years" in kept["basis"]


def test_what_people_typed_is_only_text_in_the_page_and_no_formula_in_the_table(world: World, acme: Client) -> None:
    body = {"kind": "person", "name": "=cmd|calc", "contacts": [{"email": EMAIL}], "notes": "<script>alert(1)</script>"}
    acme.post("/v1/customers", body).ok()
    world.settle()
    files = package(acme, search(acme, emails=[EMAIL])["id"])
    assert b"<script>" not in files["index.html"]
    (row,) = csv.DictReader(io.StringIO(files["data/parties.csv"].decode()))
    assert row["name"] == "'=cmd|calc"


def test_there_is_no_link_before_the_package_and_after_its_time(world: World, acme: Client) -> None:
    acme.post("/v1/customers", {"kind": "person", "name": NAME, "contacts": [{"email": EMAIL}]}).ok()
    world.settle()
    search_id = search(acme, emails=[EMAIL])["id"]
    path = f"/v1/privacy/searches/{search_id}/package/link"
    acme.post(path).refused(409, "conflict")
    package(acme, search_id)
    acme.as_("auditor").post(path).refused(403, "forbidden")
    acme.world.tenant().post(path).refused(404, "not_found")
    audit = acme.get("/v1/audit?entity=person_search").ok()["data"]
    assert "person_search.package_fetched" in {each["event"] for each in audit}
    assert packages.link("packages/x.zip", clock.real() - timedelta(days=packages.KEPT_DAYS)) is None
