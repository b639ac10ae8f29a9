"""Who was erased stays away: old files do not bring him back, he himself may come again."""

from typing import Any

from chalicelib.privacy.suppressions.tables import Suppression
from tests.contract.watching import rows
from tests.privacy.execution.test_carrying_out import decided, erased
from tests.privacy.requests.asking import identified
from tests.world import Client

EMAIL, OTHER = "gone@example.com", "here@example.com"
REFERENCE = {"system": "legacy", "id": "Gone-17"}


def person(email: str, **changes: Any) -> dict[str, Any]:
    return {"kind": "person", "name": "Gus Gone", "contacts": [{"email": email}], **changes}


def without(acme: Client) -> None:
    """The tenant after the person was erased."""
    acme.post("/v1/customers", person(EMAIL, external_refs=[REFERENCE], number="K-17")).ok()
    decided(acme, request := identified(acme, kind="erasure", subject={"emails": [EMAIL]}))
    assert erased(acme, request)["status"] == "closed"


def upserted(acme: Client, *customers: dict[str, Any]) -> Any:
    body = {"customers": list(customers), "on_error": "skip_rows", "key": "code"}
    return acme.post("/v1/customers/bulk-upsert", body).ok()


def test_an_old_file_does_not_bring_a_person_back(acme: Client) -> None:
    without(acme)
    answer = upserted(
        acme,
        person(EMAIL, number="K-17"),
        person("GONE@example.com", number="K-18"),
        {"kind": "person", "name": "G", "external_refs": [REFERENCE], "number": "K-19"},
        person(OTHER, number="K-20"),
    )
    found = [[each["code"] for each in row["errors"] or ()] for row in answer["rows"]]
    assert found == [["was_erased"], ["was_erased"], ["was_erased"], []]
    assert "Gus" not in acme.get("/v1/customers?number=K-17").body.decode()


def test_who_comes_again_himself_is_let_in(acme: Client) -> None:
    without(acme)
    again = acme.post("/v1/customers", person(EMAIL, name="Gus Again")).ok()
    assert acme.get(f"/v1/customers?email={EMAIL}").ok()["data"][0]["id"] == again["id"]


def test_the_ledger_has_tokens_alone_and_ends(acme: Client) -> None:
    without(acme)
    stored = [Suppression.read(item) for item in rows(Suppression, acme)]
    assert len(stored) == 3
    assert not [row for row in stored if "gone" in str(row.item()).lower()]
    assert {(row.ends_at() - row.erased_at).days for row in stored} == {95}


def test_tenants_do_not_keep_out_those_of_others(acme: Client) -> None:
    without(acme)
    other = acme.world.tenant()
    assert upserted(other, person(EMAIL, number="K-17"))["rows"][0]["outcome"] == "created"
