"""The check of search, its repair, and the change of the key."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.kernel import clock, secrets
from chalicelib.kernel.dynamo import store
from chalicelib.search.index import checking, keys
from chalicelib.search.index.tables import SearchEntry, SearchManifest
from infra import search_key
from tests.factories import shop
from tests.search.searches import customer, names, rows
from tests.world import Client, World


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "SECONDS_BETWEEN_LOOKS", 0.0)


def check(client: Client, *, repair: bool = False) -> Any:
    """Runs a check to its end and returns its report."""
    started = client.post("/v1/search/check", {"repair": repair})
    assert started.status == 202, started.body
    client.world.settle()
    job = client.get(started.header("location")).ok()
    assert job["state"] == "done"
    return job["report"]


def company(client: Client) -> None:
    """Documents of several kinds, some of them changed."""
    here = shop(client)
    item = here.item(name="Anvil")["id"]
    here.receive(item, 3)
    order = here.confirmed((item, 1), customer_reference="R-1")
    client.post("/v1/shipments", {"order_id": order["id"], "ship": {"tracking_number": "T-9"}}).ok()
    for number in range(5):
        made = customer(client, f"Smithy {number}")
        client.patch(f"/v1/customers/{made['id']}", {"name": f"Forge {number}"}, etag=made["version"]).ok()


def forget(client: Client, *, which: int | None = None) -> None:
    """Takes rows of search away from the tenant: all, or each of a number."""
    for number, item in enumerate(rows(client.tenant)):
        if which is None or number % which == 0:
            model = SearchManifest if "digest" in item else SearchEntry
            names_ = model.key_names()
            store.write(store.delete(store.Ref(model, *(item[name]["S"] for name in names_))))


def test_what_consumers_wrote_is_right(world: World, acme: Client) -> None:
    company(acme)
    world.settle()
    report = check(acme)
    assert (report["documents"] >= 9, report["wrong_count"]) == (True, 0)


@pytest.mark.parametrize("which", [None, 2, 3])
def test_a_repair_rebuilds_what_was_there(world: World, acme: Client, which: int | None) -> None:
    company(acme)
    world.settle()
    before = rows(acme.tenant)
    forget(acme, which=which)
    assert rows(acme.tenant) != before
    report = check(acme)
    assert report["wrong_count"] > 0
    assert {each["repaired"] for each in report["wrong"]} == {False}
    assert {each["wrong"] for each in report["wrong"]} <= {"missing", "incomplete"}
    assert rows(acme.tenant) != before
    assert check(acme, repair=True)["wrong_count"] == report["wrong_count"]
    assert rows(acme.tenant) == before
    assert check(acme)["wrong_count"] == 0


def test_entries_of_what_does_not_exist_are_left_over(world: World, acme: Client) -> None:
    made = customer(acme, "Vanishing")
    world.settle()
    from chalicelib.kernel.tenant import Tenant
    from chalicelib.parties.parties import repository

    store.write(store.delete(repository.ref(Tenant(acme.tenant), made["id"])))
    assert names(acme, "van") == []
    assert [(each["id"], each["wrong"]) for each in check(acme, repair=True)["wrong"]] == [(made["id"], "left_over")]
    assert made["id"] not in json.dumps(rows(acme.tenant))


def test_the_check_needs_its_permission(acme: Client) -> None:
    acme.as_("sales").post("/v1/search/check", {}).refused(403, "forbidden")
    assert acme.as_("auditor").post("/v1/search/check", {}).status == 202


@pytest.fixture
def kept_key(world: World) -> Iterator[str]:
    """The name of the secret, whose value is as before afterwards."""
    name = secrets.name("search")
    before = secrets.read(name, fresh=True)
    assert before is not None
    yield name
    secrets.write(name, before, "_platform")


def numbers(client: Client) -> set[str]:
    """By which keys the tenant's documents are found."""
    manifests = (SearchManifest.read(item) for item in rows(client.tenant) if "digest" in item)
    return {token.partition(".")[0] for manifest in manifests for token in manifest.tokens or ()}


def test_the_key_changes_while_everything_is_found(
    world: World, acme: Client, kept_key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    customer(acme, "Oldest")
    world.settle()
    assert search_key.main(["rotate", "--stage", "local"]) == 0
    secrets.forget()
    customer(acme, "Older")
    world.settle()
    assert (numbers(acme), names(acme, "old")) == ({"1"}, ["Older", "Oldest"])
    assert search_key.main(["rotate", "--stage", "local"]) == 1
    assert search_key.main(["finish", "--stage", "local"]) == 1

    value = secrets.read(kept_key, fresh=True) or {}
    secrets.write(kept_key, {**value, "key_2_from": (clock.real() - timedelta(seconds=1)).isoformat()}, "_platform")
    customer(acme, "Old New")
    world.settle()
    assert numbers(acme) == {"1", "2"}
    assert names(acme, "old") == ["Old New", "Older", "Oldest"]
    assert search_key.main(["finish", "--stage", "local"]) == 1
    assert "still found by an older key" in capsys.readouterr().err

    assert {each["wrong"] for each in check(acme, repair=True)["wrong"]} == {"outdated"}
    assert numbers(acme) == {"2"}
    newest = search_key.finished(keys.generations(), datetime.now(UTC), lambda number: False)
    secrets.write(kept_key, keys.value_of(newest), "_platform")
    assert [each.number for each in keys.generations()] == [2]
    assert names(acme, "old") == ["Old New", "Older", "Oldest"]
    assert check(acme)["wrong_count"] == 0


def test_a_rebuild_starts_a_job_for_each_tenant(capsys: pytest.CaptureFixture[str]) -> None:
    asked = []

    def ask(event: dict[str, Any]) -> dict[str, Any]:
        asked.append(event)
        if event["action"] == "show":
            return {"tenants": [{"id": "one"}, {"id": "two"}]}
        return {"job_id": f"job of {event['tenant']}"}

    search_key.rebuild(ask)
    assert capsys.readouterr().out == "one  job of one\ntwo  job of two\n"
    assert [each.get("tenant") for each in asked] == [None, "one", "two"]
    with pytest.raises(search_key.TenantsError, match="one: x: y"):
        search_key.rebuild(lambda event: ask(event) if event.get("tenant") != "one" else {"error": "x", "detail": "y"})
    assert capsys.readouterr().out == "two  job of two\n"


def test_the_operator_has_a_tenants_documents_checked(world: World, acme: Client) -> None:
    from chalicelib.functions.tenants import manage_tenants

    customer(acme, "Checked")
    world.settle()
    forget(acme)
    answer = manage_tenants({"action": "check_search", "tenant": acme.tenant}, None)
    world.settle()
    assert acme.get(f"/v1/jobs/{answer['job_id']}").ok()["report"]["wrong_count"] == 1
    assert names(acme, "check") == ["Checked"]
