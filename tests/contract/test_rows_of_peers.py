"""What the best of the peers have, for all master data: one test for each row of the list, which is numbered there.

24: Idempotency-Key and If-Match on all writes and transitions. 26: cursors, chosen fields, typed filters, OpenAPI.
28: allowed transitions in the answers, typed error codes. Row 10 is in catalog/test_units.py, 22 in parties/, 25 in
bulk/.
"""

from collections.abc import Iterator

import pytest

from tests.contract.operations import Operation
from tests.world import Client

MASTERS = {
    "items": {"sku": "A-1", "name": "Bike"},
    "item-templates": {"code": "T-1", "name": "Shirt", "options": [{"name": "Size", "values": ["M"]}]},
    "customers": {"kind": "company", "name": "Berg Tools"},
    "vendors": {"kind": "company", "name": "Tal Tools"},
    "tax-codes": {"code": "VAT", "name": "Standard"},
    "price-lists": {"code": "DEALER", "name": "Dealers", "currency": "EUR"},
    "custom-fields": {"entity": "item", "code": "frame", "label": "Frame", "type": "text", "privacy_class": "business"},
}
NO_CHANGE = {"preview", "duplicates"}
"""What ends the path of a POST that only reads."""


def of_masters(routes: list[Operation]) -> Iterator[Operation]:
    for operation in routes:
        parts = operation.endpoint.path.split("/")
        if len(parts) > 2 and parts[2] in MASTERS:
            yield operation


def test_row_24_every_write_has_a_key_and_every_change_and_transition_a_version(routes: list[Operation]) -> None:
    seen = 0
    for operation in of_masters(routes):
        endpoint, last = operation.endpoint, operation.endpoint.path.rsplit("/", 1)[1]
        if endpoint.method == "POST" and last not in NO_CHANGE:
            assert endpoint.command or endpoint.change, operation.name
        if endpoint.method == "PATCH" or last in ("archive", "restore", "merge", "unmerge", "phase-out"):
            assert endpoint.change, operation.name
            seen += 1
    assert seen > 20


@pytest.mark.parametrize("path", MASTERS)
def test_row_24_a_command_is_done_once_and_a_change_of_what_was_not_read_is_refused(acme: Client, path: str) -> None:
    first = acme.post(f"/v1/{path}", MASTERS[path], key="once")
    assert acme.post(f"/v1/{path}", MASTERS[path], key="once").ok()["id"] == first.ok()["id"]
    other = {**MASTERS[path], "label" if "label" in MASTERS[path] else "name": "Other"}
    acme.post(f"/v1/{path}", other, key="once").refused(422, "idempotency_key_reused")
    own = f"/v1/{path}/{first.ok()['id']}"
    acme.post(f"{own}/archive", etag=7).refused(412, "precondition_failed")
    archived = acme.post(f"{own}/archive", etag=1).ok()
    assert (archived["status"], archived["version"]) == ("archived", 2)


@pytest.mark.parametrize("path", MASTERS)
def test_row_26_lists_have_cursors_chosen_fields_and_filters_by_type(
    acme: Client, path: str, routes: list[Operation]
) -> None:
    for number in range(3):
        names = {name: f"{MASTERS[path][name]}{number}" for name in ("sku", "code", "name") if name in MASTERS[path]}
        acme.post(f"/v1/{path}", {**MASTERS[path], **names}).ok()
    page = acme.get(f"/v1/{path}?limit=2&fields=id").ok()
    assert [set(entry) for entry in page["data"]] == [{"id"}, {"id"}]
    rest = acme.get(f"/v1/{path}?limit=2&fields=id&cursor={page['next_cursor']}").ok()
    assert (len(rest["data"]), rest["next_cursor"]) == (1, None)
    assert len({entry["id"] for entry in page["data"] + rest["data"]}) == 3
    assert acme.get(f"/v1/{path}?status=archived").ok()["data"] == []
    acme.get(f"/v1/{path}?status=no").refused(400, "bad_request")
    acme.get(f"/v1/{path}?nome=x").refused(400, "bad_request")
    (described,) = [each for each in routes if (each.endpoint.method, each.endpoint.path) == ("GET", f"/v1/{path}")]
    assert {"limit", "cursor", "status"} <= described.query.keys()


@pytest.mark.parametrize("path", MASTERS)
def test_row_28_answers_name_the_transitions_and_refusals_have_codes(acme: Client, path: str) -> None:
    made = acme.post(f"/v1/{path}", MASTERS[path]).ok()
    assert "archive" in made["allowed_transitions"]
    archived = acme.post(f"/v1/{path}/{made['id']}/archive", etag=1).ok()
    assert archived["allowed_transitions"] == ["restore"]
    refused = acme.post(f"/v1/{path}/{made['id']}/archive", etag=2).refused(409, "transition_refused")
    assert refused["allowed_transitions"] == ["restore"]
    wrong = acme.post(f"/v1/{path}", {**MASTERS[path], "name": "", "label": ""}).refused(422, "invalid")
    assert {"pointer", "code", "message"} == set(wrong["errors"][0])
