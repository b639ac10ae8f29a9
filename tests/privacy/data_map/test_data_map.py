"""The data map and the record of processing, which follow from the declarations alone."""

import csv
import io
from typing import Annotated, Any

import msgspec
import pytest

from chalicelib.kernel import declaration
from chalicelib.kernel.dynamo.attributes import Struct, Text
from chalicelib.kernel.dynamo.model import Row, meta
from chalicelib.kernel.privacy import BUSINESS, IDENTITY, Persons, marked
from chalicelib.privacy.data_map import declared
from tests.world import Client


def fields(client: Client, query: str = "") -> dict[str, Any]:
    """The fields of the data map by table and path."""
    tables = client.get(f"/v1/privacy/data-map{query}").ok()["tables"]
    return {f"{table['table']}.{field['name']}": field for table in tables for field in table["fields"]}


def test_every_stored_field_is_in_the_data_map(acme: Client) -> None:
    found = fields(acme)
    for model in declaration.tables():
        for name in model.get_attributes():
            paths = [path for path in found if path.startswith(f"{declared.name_of(model)}.{name}")]
            assert paths, f"{model.__name__}.{name}"
    assert found["sales_order_contents.content.header.shipping_address.city"]["data_class"] == "address"


def test_each_field_tells_what_becomes_of_it(acme: Client) -> None:
    found = fields(acme)
    email = found["users.email"]
    assert (email["purposes"], email["recipients"]) == (["authenticate", "operate", "notify"], ["keycloak"])
    assert (email["erasure"], email["copies"], email["is_personal"]) == ("delete", ["idempotency"], True)
    assert found["parties.addresses.country"]["erasure"] == "generalise"
    assert found["parties.name"]["copies"] == ["idempotency", "search_entries"]
    assert found["sales_orders.total"]["erasure"] == "keep"
    assert found["stock_documents.note"]["is_free_text"] is True
    assert found["access_log.ip"]["basis"] == "legitimate_interests"


def test_a_part_of_the_data_map_can_be_asked_for(acme: Client) -> None:
    assert all(each["is_personal"] for each in fields(acme, "?personal=true").values())
    assert {each["data_class"] for each in fields(acme, "?data_class=credential").values()} == {"credential"}
    assert {name.partition(".")[0] for name in fields(acme, "?table=users")} == {"users"}
    assert fields(acme, "?table=nothing") == {}
    acme.get("/v1/privacy/data-map?table=No!").refused(400, "bad_request")


def test_a_personal_field_without_persons_fails_at_import() -> None:
    class Pet(msgspec.Struct):
        owner: Annotated[str, marked(IDENTITY)]

    with pytest.raises(TypeError, match="does not declare whose it is"):

        class Undeclared(Row):
            Meta = meta("undeclared")
            partition = Text(BUSINESS, hash_key=True)
            pet: Struct[Pet] = Struct(BUSINESS, Pet, null=True)

    class DeclaredPet(Row):
        Meta = meta("declared")
        persons = Persons(("customers",))
        partition = Text(BUSINESS, hash_key=True)
        pet: Struct[Pet] = Struct(BUSINESS, Pet, null=True)

    assert [name for name, each in declared.leaves(DeclaredPet) if each.is_personal] == ["pet.owner"]


def test_what_recipients_may_be_sent_is_a_stored_field(acme: Client) -> None:
    stored = fields(acme)
    for _, each in declaration.recipients().values():
        assert set(each.fields) <= stored.keys(), each.name


def test_the_data_map_is_a_table_for_spreadsheets(acme: Client) -> None:
    answer = acme.get("/v1/privacy/data-map.csv?personal=true")
    assert answer.header("content-type") == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.body.decode())))
    assert {f"{row['table']}.{row['field']}" for row in rows} == fields(acme, "?personal=true").keys()
    assert {row["class"] for row in rows if row["field"] == "email"} == {"contact"}


def test_the_record_of_processing_tells_what_is_done_with_persons(acme: Client) -> None:
    record = acme.get("/v1/privacy/processing-record").ok()
    by_area = {each["area"]: each for each in record["activities"]}
    assert {"identity", "parties", "sales", "fulfilment", "audit"} <= by_area.keys()
    assert by_area["sales"]["people"] == ["customers"]
    assert by_area["identity"]["recipients"] == ["keycloak"]
    assert record["controller"] == acme.get("/v1/tenant").ok()["name"]
    keycloak = next(each for each in record["recipients"] if each["name"] == "keycloak")
    assert keycloak["fields"] == ["users.email", "users.family_name", "users.given_name"]


def test_the_record_is_a_page_too_in_which_names_are_only_text(acme: Client) -> None:
    tenant = acme.get("/v1/tenant").ok()
    acme.patch("/v1/tenant", {"name": "<script>alert(1)</script>"}, etag=tenant["version"]).ok()
    for name in ("processing-record", "impact-assessment"):
        answer = acme.get(f"/v1/privacy/{name}.html")
        page = answer.body.decode()
        assert "<script>" not in page
        assert "&lt;script&gt;alert(1)" in page
        assert "default-src 'none'" in answer.header("content-security-policy")


def test_the_impact_assessment_is_filled_from_the_record_and_leaves_the_rest_open(acme: Client) -> None:
    sheet, record = acme.get("/v1/privacy/impact-assessment").ok(), acme.get("/v1/privacy/processing-record").ok()
    assert (sheet["activities"], sheet["recipients"]) == (record["activities"], record["recipients"])
    assert {"GDPR Art. 35(7)(b)", "GDPR Art. 35(7)(c)"} <= {each["article"] for each in sheet["questions"]}
    page = acme.get("/v1/privacy/impact-assessment.html").body.decode()
    assert all(each["question"] in page for each in sheet["questions"])


PATHS = ("data-map", "data-map.csv", "processing-record", "processing-record.html", "impact-assessment")


@pytest.mark.parametrize("path", [*PATHS, "impact-assessment.html"])
def test_only_who_answers_for_privacy_reads_it(acme: Client, path: str) -> None:
    for role in ("privacy_officer", "auditor"):
        assert acme.as_(role).get(f"/v1/privacy/{path}").status == 200
    acme.as_("sales").get(f"/v1/privacy/{path}").refused(403, "forbidden")
