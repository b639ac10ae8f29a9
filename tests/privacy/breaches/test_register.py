"""The register: what is kept of a breach, who may see it, and how it leaves the house."""

import csv
import io
from datetime import timedelta

import pytest

from chalicelib.kernel.tenant import Tenant
from chalicelib.privacy.breaches import repository, tables
from infra.policies import POLICIES
from tests.privacy.breaches.cases import FACTS, NO_RISK, PATH, RISK, Register, problems, register, text
from tests.world import Client, World

REGISTER = "/v1/privacy/breach-register"


@pytest.fixture
def here(world: World) -> Register:
    return register(world)


def test_a_breach_from_its_detection_to_its_end(here: Register) -> None:
    breach = here.record(person_count=120)
    assert breach["number"].startswith("BR-") and breach["number"].endswith("-000001")
    assert breach["allowed_transitions"] == ["update", "notify", "assess"]
    here.hours(2)
    assessed = here.step(breach, "assess", {**RISK, "risk": "high_risk", "must_tell_persons": True}).ok()
    assert assessed["allowed_transitions"] == ["update", "notify", "assess", "close"]
    missing = [("/authority_told_at", "required"), ("/persons_told_at", "required")]
    assert problems(here.step(breach, "close"), 409, "breach_incomplete") == missing
    here.tell(breach, name="Berlin", recipient_reference="521.1").ok()
    here.hours(1)
    here.tell(breach, "persons").ok()
    told = here.client.get(f"{PATH}/{breach['id']}/notifications").ok()["data"]
    assert [each["recipient"] for each in told] == ["authority", "persons"]
    assert (told[0]["name"], told[0]["recipient_reference"], told[0]["noted_by"]) == (
        "Berlin",
        "521.1",
        breach["created_by"],
    )
    closed = here.step(breach, "close").ok()
    assert (closed["status"], closed["closed_at"], closed["notification_count"]) == ("closed", text(here.now), 2)
    assert here.client.get("/v1/counts?names=open_breaches").ok()["counts"]["open_breaches"]["count"] == 0
    for name, body in (("assess", RISK), ("close", None)):
        here.step(breach, name, body).refused(409, "transition_refused")
    here.tell(breach).refused(409, "transition_refused")
    here.change(breach, {"person_count": 1}).refused(409, "transition_refused")
    reopened = here.step(breach, "reopen").ok()
    assert (reopened["status"], reopened["closed_at"]) == ("assessed", None)
    here.step(breach, "reopen").refused(409, "transition_refused")


def test_every_change_is_in_the_journal_by_name_and_no_word_of_it(here: Register) -> None:
    breach = here.record()
    later(here).change(breach, {"measures": "Keys were changed."}).ok()
    later(here).step(breach, "assess", NO_RISK).ok()
    later(here).tell(breach, "other", said="The insurer knows.").ok()
    later(here).step(breach, "close").ok()
    later(here).step(breach, "reopen").ok()
    entries = [each for each in here.admin.get("/v1/audit").ok()["data"] if each["entity"] == "breach"]
    assert [each["event"].removeprefix("breach.") for each in reversed(entries)] == [
        *("recorded", "updated", "assessed", "notified", "closed", "reopened")
    ]
    assert entries[-2]["fields"] == ["measures"]
    for words in ("Keys were", "insurer", "Advertising"):
        assert words not in str(entries)


def test_all_that_does_not_fit_together_is_told_at_once(here: Register) -> None:
    wrong = {
        "detected_at": text(here.now + timedelta(hours=1)),
        "occurred_from": text(here.now + timedelta(hours=3)),
        "occurred_to": text(here.now + timedelta(hours=2)),
    }
    assert problems(here.client.post(PATH, {**FACTS, **wrong})) == [
        ("/detected_at", "in_the_future"),
        ("/occurred_from", "wrong_order"),
        ("/occurred_to", "in_the_future"),
        ("/occurred_to", "wrong_order"),
    ]
    empty = {"detected_at": text(here.now), "facts": " ", "natures": []}
    assert {pointer for pointer, _ in problems(here.client.post(PATH, empty))} == {"/facts", "/natures"}
    breach = here.record()
    bad = {"recipient": "authority", "told_at": text(here.now - timedelta(hours=1)), "said": "x"}
    assert problems(here.step(breach, "notify", bad)) == [("/told_at", "wrong_order")]
    late = {**bad, "told_at": text(here.now + timedelta(hours=80))}
    assert [pointer for pointer, _ in problems(here.step(breach, "notify", late))] == ["/told_at", "/delay_reason"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"risk": "risk"}, [("/must_tell_authority", "required_by_law")]),
        ({"no_authority_reason": None}, [("/no_authority_reason", "required")]),
        ({"must_tell_authority": True}, [("/no_authority_reason", "contradiction")]),
        ({"must_tell_persons": True, "no_persons_reason": "x"}, [("/no_persons_reason", "contradiction")]),
        (
            {"risk": "high_risk"},
            [("/must_tell_authority", "required_by_law"), ("/no_persons_reason", "required")],
        ),
    ],
)
def test_an_assessment_says_what_the_law_wants(
    here: Register, change: dict[str, object], expected: list[tuple[str, str]]
) -> None:
    breach = here.record()
    assert problems(here.step(breach, "assess", {**NO_RISK, **change})) == expected
    assert here.read(breach)["status"] == "recorded"


def test_a_breach_is_closed_when_the_register_is_complete(here: Register) -> None:
    bare = {"natures": ["availability"], "facts": "A disk failed.", "concerns_platform_data": True}
    path = {**bare, "detected_at": text(here.now)}
    breach = here.client.post(PATH, path).ok()
    here.step(breach, "assess", NO_RISK).ok()
    missing = problems(here.step(breach, "close"), 409, "breach_incomplete")
    assert [pointer for pointer, _ in missing] == [
        *("/consequences", "/measures", "/person_categories", "/record_categories", "/platform_told_at")
    ]


def test_lists_begin_with_the_newest_and_can_be_narrowed(here: Register) -> None:
    first, second, third = (later(here).record() for _ in range(3))
    here.step(second, "assess", NO_RISK).ok()

    def listed(query: str) -> list[str]:
        return [each["number"] for each in here.client.get(f"{PATH}{query}").ok()["data"]]

    assert listed("") == [third["number"], second["number"], first["number"]]
    assert listed("?status=recorded") == [third["number"], first["number"]]
    assert listed("?risk=none") == [second["number"]]
    assert listed(f"?ids={first['id']}") == [first["number"]]
    here.client.get(f"{PATH}?overdue=false").refused(400, "bad_request")


def test_repeated_commands_have_one_effect_and_old_versions_are_refused(here: Register) -> None:
    body = {**FACTS, "detected_at": text(here.now)}
    first, twin = (here.client.post(PATH, body, key="once") for _ in range(2))
    assert first.body == twin.body
    path = f"{PATH}/{first.json['id']}"
    here.client.post(f"{path}/assess", NO_RISK, etag=1).ok()
    here.client.post(f"{path}/assess", NO_RISK, etag=1).refused(412, "precondition_failed")
    told = {"recipient": "other", "told_at": text(here.now), "said": "x"}
    for _ in range(2):
        here.client.post(f"{path}/notify", told, key="told", etag=2).ok()
    assert len(here.client.get(f"{path}/notifications").ok()["data"]) == 1


def test_administrators_and_privacy_officers_keep_it_and_auditors_read_it(here: Register) -> None:
    breach = here.record()
    for role in ("admin", "auditor"):
        here.admin.as_(role).get(f"{PATH}/{breach['id']}").ok()
    here.admin.as_("auditor").post(PATH, {**FACTS, "detected_at": text(here.now)}).refused(403, "forbidden")
    for role in ("sales", "analyst", "automation"):
        for path in (PATH, f"{PATH}/{breach['id']}", REGISTER, f"{REGISTER}.csv"):
            here.admin.as_(role).get(path).refused(403, "forbidden")
    assert "open_breaches" not in here.admin.as_("sales").get("/v1/counts").ok()["counts"]


def test_no_function_can_change_who_was_told() -> None:
    plural = tables.Notification.table_name().rpartition("-")[2]
    for name, make in POLICIES.items():
        for statement in make():
            if plural in str(statement):
                actions = set(statement["Action"])
                assert not actions & {"dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"}, name


def later(here: Register) -> Register:
    """The same a second later, so that there is an order."""
    here.pass_(timedelta(seconds=1))
    return here


def rows(client: Client, query: str = "") -> list[dict[str, str]]:
    reply = client.get(f"{REGISTER}.csv{query}")
    assert reply.header("content-type") == "text/csv; charset=utf-8"
    reply_text = reply.body.decode()
    assert reply.status == 200, reply_text
    return list(csv.DictReader(io.StringIO(reply_text, newline="")))


def test_the_register_holds_everything_as_json_and_as_csv(here: Register) -> None:
    breach = here.record(facts='=HYPERLINK("http://evil")', measures="-1\nand +2")
    here.step(breach, "assess", RISK).ok()
    here.tell(breach, name="@authority", recipient_reference="521, 1", said="two\nlines").ok()
    (entry,) = here.client.get(REGISTER).ok()["data"]
    assert entry["breach"] == here.read(breach)
    assert [each["said"] for each in entry["notifications"]] == ["two\nlines"]
    (row,) = rows(here.client)
    assert (row["number"], row["risk"], row["must_tell_authority"]) == (breach["number"], "risk", "true")
    assert (row["facts"], row["measures"]) == ('\'=HYPERLINK("http://evil")', "'-1\nand +2")
    assert row["record_categories"] == "identity contact"
    assert row["notifications"] == f"{text(here.now)}; authority; @authority; 521, 1; two lines"


def test_the_register_asks_only_for_breaches_of_which_somebody_was_told(
    here: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, _ = here.record(), here.record()
    here.tell(told).ok()
    asked: list[str] = []
    read = repository.notifications

    def counted(tenant: Tenant, breach_id: str) -> list[tables.Notification]:
        asked.append(breach_id)
        return read(tenant, breach_id)

    monkeypatch.setattr(repository, "notifications", counted)
    assert sorted(len(each["notifications"]) for each in here.client.get(REGISTER).ok()["data"]) == [0, 1]
    assert asked == [told["id"]]


def test_a_long_register_has_pages_in_both_forms(here: Register) -> None:
    numbers = [later(here).record()["number"] for _ in range(3)]
    first = here.client.get(f"{REGISTER}?limit=2").ok()
    rest = here.client.get(f"{REGISTER}?limit=2&cursor={first['next_cursor']}").ok()
    assert [each["breach"]["number"] for page in (first, rest) for each in page["data"]] == numbers[::-1]
    link = here.client.get(f"{REGISTER}.csv?limit=2").header("link")
    assert len(rows(here.client, "?limit=2")) == 2
    following = link.partition("<")[2].partition(">")[0]
    assert [row["number"] for row in rows(here.client, following)] == [numbers[0]]
    stranger = here.admin.world.tenant()
    assert rows(stranger) == []
    for path in (REGISTER, f"{REGISTER}.csv"):
        stranger.get(f"{path}{following}").refused(400, "bad_request")
