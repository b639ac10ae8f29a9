"""Row 25 of section 9 of the facts: bulk endpoints with an error policy, upserts by external reference, dry runs."""

from typing import Any

import pytest

from tests.world import Client

PATHS = {
    "items": "/v1/items",
    "customers": "/v1/customers",
    "vendors": "/v1/vendors",
    "tax_codes": "/v1/tax-codes",
}
CODES = {"items": "sku", "customers": "number", "vendors": "number", "tax_codes": "code"}
NEEDED = {"items": {}, "customers": {"kind": "company"}, "vendors": {"kind": "company"}, "tax_codes": {}}
WITH_REFERENCES = ["items", "customers", "vendors"]
KINDS = pytest.mark.parametrize("kind", PATHS)


def row(kind: str, code: str, **fields: Any) -> Any:
    return {CODES[kind]: code, "name": f"Name of {code}", **NEEDED[kind], **fields}


def sent(client: Client, kind: str, *rows: Any, query: str = "", key: str | None = None, **body: Any) -> Any:
    return client.post(f"{PATHS[kind]}/bulk-upsert{query}", {kind: list(rows), **body}, key=key)


def listed(client: Client, kind: str) -> dict[str, str]:
    """Code to name of all documents of the kind."""
    found = client.get(f"{PATHS[kind]}?limit=100").ok()["data"]
    return {each[CODES[kind]]: each["name"] for each in found}


@KINDS
def test_skip_rows_writes_the_valid_rows_and_tells_the_errors_of_the_others(acme: Client, kind: str) -> None:
    bad = {CODES[kind]: "B", **NEEDED[kind]}
    answer = sent(acme, kind, row(kind, "A"), bad, row(kind, "a"), row(kind, "C"), {"colour": "red"}).ok()
    assert [each["outcome"] for each in answer["rows"]] == ["created", "failed", "failed", "created", "failed"]
    assert (answer["created"], answer["failed"], answer["dry_run"]) == (2, 3, False)
    assert [(each["pointer"], each["code"]) for each in answer["rows"][1]["errors"]] == [("/name", "required")]
    assert [each["pointer"] for each in answer["rows"][2]["errors"]] == [f"/{CODES[kind]}"]
    assert listed(acme, kind) == {"A": "Name of A", "C": "Name of C"}


@KINDS
def test_all_or_nothing_writes_no_row_when_one_is_invalid_and_tells_all(acme: Client, kind: str) -> None:
    bad = {CODES[kind]: "B", **NEEDED[kind]}
    policy = {"on_error": "all_or_nothing"}
    problem = sent(acme, kind, row(kind, "A"), bad, row(kind, "a"), **policy).refused(422, "invalid")
    pointers = {error["pointer"] for error in problem["errors"]}
    assert pointers == {f"/{kind}/1/name", f"/{kind}/2/{CODES[kind]}"}
    assert listed(acme, kind) == {}
    assert sent(acme, kind, row(kind, "A"), row(kind, "B"), **policy).ok()["created"] == 2


@KINDS
def test_a_dry_run_tells_what_would_be_and_writes_nothing(acme: Client, kind: str) -> None:
    sent(acme, kind, row(kind, "A")).ok()
    rows = [row(kind, "A", name="Other"), row(kind, "B"), {CODES[kind]: "C", **NEEDED[kind]}]
    answer = sent(acme, kind, *rows, query="?dry_run=true").ok()
    assert [each["outcome"] for each in answer["rows"]] == ["updated", "created", "failed"]
    assert answer["dry_run"] is True
    assert listed(acme, kind) == {"A": "Name of A"}


@KINDS
def test_a_repeated_request_has_the_same_answer_and_writes_once(acme: Client, kind: str) -> None:
    first = sent(acme, kind, row(kind, "A"), key="k")
    again = sent(acme, kind, row(kind, "A"), key="k")
    assert again.body == first.body
    assert sent(acme, kind, row(kind, "A")).ok()["unchanged"] == 1


@pytest.mark.parametrize("kind", WITH_REFERENCES)
def test_rows_find_their_document_by_an_external_reference_and_add_theirs(acme: Client, kind: str) -> None:
    crm, shop = {"system": "crm", "id": "1"}, {"system": "shop", "id": "2"}
    made = sent(acme, kind, row(kind, "A", external_refs=[crm])).ok()["rows"][0]["id"]
    renamed = row(kind, "A-2", external_refs=[crm, shop])
    answer = sent(acme, kind, renamed, row(kind, "B"), key=None, **{"on_error": "skip_rows"}).ok()
    assert answer["rows"][0]["outcome"] == "failed"  # by code it is a new one, and the reference is taken
    body = {kind: [{"external_refs": [crm, shop], "name": "By reference"}, {"name": "x"}], "key": "external_ref"}
    answer = acme.post(f"{PATHS[kind]}/bulk-upsert", body).ok()
    assert [each["outcome"] for each in answer["rows"]] == ["updated", "failed"]
    assert answer["rows"][0]["id"] == made
    shown = acme.get(f"{PATHS[kind]}/{made}").ok()
    assert (shown["name"], shown["external_refs"]) == ("By reference", [crm, shop])
    body = {kind: [{"external_refs": [shop], "name": "By the other"}], "key": "external_ref"}
    acme.post(f"{PATHS[kind]}/bulk-upsert", body).ok()
    assert acme.get(f"{PATHS[kind]}/{made}").ok()["external_refs"] == [crm, shop]


@KINDS
def test_a_bulk_endpoint_is_for_who_may_write_and_within_a_tenant(acme: Client, kind: str) -> None:
    sent(acme, kind, row(kind, "A")).ok()
    sent(acme.as_("auditor"), kind, row(kind, "B")).refused(403, "forbidden")
    other = acme.world.tenant()
    assert sent(other, kind, row(kind, "A", name="Theirs")).ok()["created"] == 1
    assert listed(acme, kind) == {"A": "Name of A"}
