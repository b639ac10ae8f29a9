"""The list of sub-processors with notice of its changes, and the processor terms."""

from datetime import date, timedelta

import pytest

from chalicelib.kernel.privacy import DataClass
from chalicelib.privacy.processors import catalogue, samples, terms
from chalicelib.privacy.processors.catalogue import FOUNDED, SubProcessor
from infra.local.fetched import ROOT
from tests.integrations.shops import Shop
from tests.privacy.breaches.cases import problems
from tests.world import Client, World

LIST = "/v1/privacy/processors"
OBJECTIONS = f"{LIST}/objections"
TERMS = "/v1/privacy/processor-terms"
START = FOUNDED + timedelta(days=100)
MAIL = SubProcessor(
    id="mail",
    name="Mail Ltd",
    purpose="Sends e-mails.",
    data_classes=frozenset({DataClass.CONTACT}),
    announced_on=START - timedelta(days=30),
    starts_on=START,
)


def set_day(client: Client, day: date) -> None:
    client.post("/v1/sandbox/clock", {"at": f"{day.isoformat()}T12:00:00Z", "is_frozen": True}).ok()


def replaced(each: SubProcessor, **changes: object) -> SubProcessor:
    from dataclasses import replace

    return replace(each, **changes)


def test_everybody_who_is_signed_in_reads_who_processes_his_data(acme: Client) -> None:
    for role in ("sales", "driver", "automation"):
        found = acme.as_(role).get(LIST).ok()
        (hosting,) = found["processors"]
        assert (hosting["id"], hosting["place"], hosting["transfer"]) == ("aws", "eu-west-1", None)
        assert hosting["data_classes"] == sorted(DataClass)
        assert found["notice_days"] == 30
        assert {each["name"] for each in found["not_listed"]} == {"Keycloak", "Connected platforms"}
    acme.world.anonymous().get(LIST).refused(401, "unauthorized")


def test_connected_platforms_are_recipients_of_the_tenant_that_connected_them(world: World) -> None:
    one, other = world.tenant(), world.tenant()
    Shop(one)
    assert one.get(LIST).ok()["recipients"] == ["shopify"]
    assert other.get(LIST).ok()["recipients"] == []


def test_a_change_is_announced_thirty_days_before_it_holds(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "LISTED", (*catalogue.LISTED, MAIL))
    client = world.tenant(is_sandbox=True)

    def on(day: date) -> tuple[list[str], list[str], str]:
        set_day(client, day)
        found = client.get(LIST).ok()
        changes = [each["id"] for each in found["announced"] if each["id"] != "example-mail-2099-01-01"]
        return [each["id"] for each in found["processors"]], changes, found["list_version"]

    before, notice, force = (on(START - timedelta(days=days)) for days in (31, 30, 0))
    assert before == (["aws"], [], before[2])
    assert notice == (["aws"], [f"mail-{START}"], before[2])
    assert force[:2] == (["aws", "mail"], []) and force[2] != before[2]


def test_a_tenant_objects_within_the_notice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "LISTED", (*catalogue.LISTED, MAIL))
    client = world.tenant(is_sandbox=True)
    body = {"change": f"mail-{START}", "grounds": "Not in our interest."}
    set_day(client, START - timedelta(days=31))
    assert problems(client.post(OBJECTIONS, body)) == [("/change", "unknown_change")]
    set_day(client, START - timedelta(days=1))
    made = client.post(OBJECTIONS, body).ok()
    assert (made["processor"], made["effective_on"]) == ("Mail Ltd", START.isoformat())
    for role in ("privacy_officer", "auditor"):
        assert client.as_(role).get(OBJECTIONS).ok()["data"] == [made]
        client.as_(role).post(OBJECTIONS, body).refused(403, "forbidden")
    set_day(client, START)
    client.post(OBJECTIONS, body).refused(409, "notice_over")
    events = [each["event"] for each in client.get("/v1/audit").ok()["data"]]
    assert events.count("processor_objection.created") == 1
    assert problems(client.post(OBJECTIONS, {"change": "mail", "grounds": " "})) == [
        ("/change", "invalid_format"),
        ("/grounds", "blank"),
    ]


def test_replacing_and_removing_are_changes_too() -> None:
    end = START + timedelta(days=200)
    announced = end - timedelta(days=40)
    ended = replaced(MAIL, ends_on=end, end_announced_on=announced)
    assert [(each.kind, each.effective_on) for each in catalogue.changes([ended])] == [
        ("added", START),
        ("removed", end),
    ]
    other = replaced(MAIL, purpose="Sends e-mails and letters.", starts_on=end, announced_on=announced)
    changes = catalogue.changes([ended, other])
    assert [(each.kind, each.announced_on) for each in changes] == [
        ("added", MAIL.announced_on),
        ("changed", announced),
    ]


@pytest.mark.parametrize(
    "changed",
    [
        replaced(MAIL, announced_on=START - timedelta(days=29)),
        replaced(MAIL, ends_on=START + timedelta(days=9)),
        replaced(MAIL, ends_on=START + timedelta(days=50), end_announced_on=START + timedelta(days=21)),
    ],
)
def test_a_change_without_its_notice_does_not_start(changed: SubProcessor) -> None:
    catalogue.check([MAIL])
    with pytest.raises(TypeError, match="30 days before"):
        catalogue.check([changed])


def test_the_product_ships_without_a_text_of_the_terms_and_says_so(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (ROOT / "chalicelib/privacy/processors/terms.md").read_text() == ""
    monkeypatch.setattr(terms, "text", lambda: None)
    found = acme.as_("sales").get(TERMS).ok()
    assert (found["text"], found["terms_version"], found["is_accepted"]) == (None, None, False)
    assert found["note"].startswith("The operator has to supply the processor terms")
    body = {"terms_version": terms.version("")}
    acme.post(f"{TERMS}/accept", body).refused(409, "processor_terms_missing")


def test_each_version_of_the_terms_is_accepted_once(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    found = acme.get(TERMS).ok()
    assert (found["text"], found["is_accepted"]) == (samples.TERMS, False)
    body = {"terms_version": found["terms_version"]}
    first = acme.post(f"{TERMS}/accept", body).ok()
    assert acme.post(f"{TERMS}/accept", body).ok() == first
    assert acme.get(TERMS).ok()["acceptances"] == [first]
    assert acme.get(TERMS).ok()["is_accepted"]
    monkeypatch.setattr(terms, "text", lambda: "Other terms.")
    assert problems(acme.post(f"{TERMS}/accept", body)) == [("/terms_version", "outdated")]
    changed = acme.get(TERMS).ok()
    assert (changed["is_accepted"], changed["acceptances"]) == (False, [first])
    acme.post(f"{TERMS}/accept", {"terms_version": changed["terms_version"]}).ok()
    assert len(acme.get(TERMS).ok()["acceptances"]) == 2
    events = [each["event"] for each in acme.get("/v1/audit").ok()["data"]]
    assert events.count("processor_terms.accepted") == 2
    for role in ("privacy_officer", "sales"):
        acme.as_(role).post(f"{TERMS}/accept", body).refused(403, "forbidden")
