"""Rules of retention alone: nothing is stored here."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.audit.access_log.tables import AccessLogEntry
from chalicelib.integrations.inbox.tables import Delivery
from chalicelib.kernel.dynamo.attributes import Moment, Text
from chalicelib.kernel.dynamo.model import Row, meta
from chalicelib.kernel.privacy import USAGE, Retention
from chalicelib.privacy.retention import finders, rules

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


def rule(name: str) -> rules.Rule:
    return next(each for each in rules.of([AccessLogEntry, Delivery]) if each.name == name)


@pytest.mark.parametrize(
    ("name", "cutoff"),
    [
        ("access_log", datetime(2025, 3, 27, 12, tzinfo=UTC)),
        ("webhook_bodies", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("inbox_rows", datetime(2025, 3, 27, 12, tzinfo=UTC)),
    ],
)
def test_a_row_is_due_when_the_days_of_its_rule_are_over_and_dynamodb_had_its_time(name: str, cutoff: datetime) -> None:
    assert rule(name).cutoff(NOW) == cutoff


def test_the_day_of_the_cutoff_is_not_over_yet() -> None:
    assert finders.last_day(datetime(2026, 3, 1, 0, tzinfo=UTC)) == "2026-02-28"
    assert finders.last_day(datetime(2026, 3, 1, 23, 59, tzinfo=UTC)) == "2026-02-28"


def test_the_body_of_a_delivery_goes_before_its_row_and_with_it_at_the_latest() -> None:
    with_body, without = {"body_key": {"S": "t/b"}}, {"id": {"S": "x"}}
    assert rule("webhook_bodies").objects(with_body) == rule("inbox_rows").objects(with_body) == ["t/b"]
    assert rule("webhook_bodies").objects(without) == rule("inbox_rows").objects(without) == []
    assert len(rule("webhook_bodies").released()) == 1
    assert rule("inbox_rows").released() == []


def test_the_condition_that_selects_a_row_is_about_its_age_and_what_is_left_of_it() -> None:
    assert "received_at" in str(rule("webhook_bodies").due(NOW))
    assert "body_key" in str(rule("webhook_bodies").due(NOW))
    assert "body_key" not in str(rule("inbox_rows").due(NOW))


def _table(name: str, *declared: Retention) -> type[Row]:
    return type(
        "Kept",
        (Row,),
        {
            "__module__": __name__,
            "Meta": meta(name),
            "partition": Text(USAGE, hash_key=True),
            "at": Moment(USAGE),
            "retention": declared,
        },
    )


def test_rules_of_one_name_about_nothing_or_that_lose_objects_cannot_be_declared() -> None:
    one = Retention(rule="same", days=1, since="at", basis="a test")
    with pytest.raises(TypeError, match="two retention rules named same"):
        rules.of([_table("some", one), _table("others", one)])
    with pytest.raises(TypeError, match="an attribute that is not there"):
        rules.of([_table("others", Retention(rule="lost", days=1, since="nowhere", basis="a test"))])
    released = Retention(rule="released", days=30, since="at", basis="a test", releases="partition")
    for early in (
        replace(released, by_ttl=True),
        Retention(rule="x", days=30, since="at", basis="a test", by_ttl=True),
    ):
        with pytest.raises(TypeError, match="before their objects"):
            rules.of([_table("others", early, replace(released, rule="other"))])
