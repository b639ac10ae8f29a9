"""Documents are dated on the day on which they happened, and not on closed days."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.inventory.periods import service as periods
from tests.contract.access_states import limited
from tests.factories import Shop, shop
from tests.inventory.test_documents import act, adjust, line, send
from tests.world import Client, Reply

TODAY = datetime.now(UTC).date()
YESTERDAY, BEFORE = TODAY - timedelta(days=1), TODAY - timedelta(days=40)


def received(here: Shop, item: str, day: date | None, quantity: str = "5") -> Reply:
    body: dict[str, Any] = {"lines": [line(here, item, quantity=quantity)]}
    return here.client.post("/v1/stock/receipts", body if day is None else {**body, "effective_on": str(day)})


def close(client: Client, through: date) -> Reply:
    return client.post("/v1/stock/period/close", {"through": str(through)})


def ledger(here: Shop, item: str) -> list[tuple[str | None, str]]:
    path = f"/v1/stock/ledger?item_id={item}&warehouse_id={here.warehouse}"
    return [(row["effective_on"], row["quantity"]) for row in here.client.get(path).ok()["data"]]


def test_a_document_is_dated_today_or_on_an_earlier_day(acme: Client) -> None:
    here = shop(acme)
    item = here.item()["id"]
    assert received(here, item, None).ok()["effective_on"] == str(TODAY)
    assert received(here, item, TODAY, "2").ok()["effective_on"] == str(TODAY)
    earlier = received(here, item, BEFORE, "3").ok()
    assert earlier["effective_on"] == str(BEFORE)
    assert ledger(here, item) == [(str(BEFORE), "3"), (None, "2"), (None, "5")]
    for query, found in ((f"effective_to={BEFORE}", 1), (f"effective_from={YESTERDAY}", 2)):
        assert len(acme.get(f"/v1/stock/documents?{query}").ok()["data"]) == found


@pytest.mark.parametrize("day", [TODAY + timedelta(days=2), date(1999, 12, 31)])
def test_no_document_is_of_the_future_or_of_another_century(acme: Client, day: date) -> None:
    here = shop(acme)
    errors = received(here, here.item()["id"], day).refused(422, "invalid")["errors"]
    assert [(each["pointer"], each["code"]) for each in errors] == [("/effective_on", "out_of_range")]


def test_today_is_where_the_company_is(acme: Client) -> None:
    far = "Pacific/Kiritimati" if datetime.now(UTC).hour >= 10 else "Etc/GMT+12"
    acme.patch("/v1/tenant", {"time_zone": far}, etag=acme.get("/v1/tenant").etag).ok()
    shown = received(here := shop(acme), here.item()["id"], None).ok()["effective_on"]
    assert shown == str(TODAY + timedelta(days=1 if far.startswith("P") else -1))


def test_closed_days_take_no_document(acme: Client) -> None:
    here = shop(acme)
    item, shelf = here.item(on_hand=5)["id"], here.bin("B")
    period = close(acme, YESTERDAY).ok()
    assert (period["closed_through"], period["closable_through"]) == (str(YESTERDAY), str(YESTERDAY))
    assert acme.get("/v1/stock/period").ok()["closed_through"] == str(YESTERDAY)
    moved = {"item_id": item, "from_location_id": here.location, "to_location_id": shelf, "quantity": "1"}
    day = {"effective_on": str(YESTERDAY)}
    refused = [
        received(here, item, YESTERDAY),
        received(here, item, BEFORE),
        acme.post("/v1/stock/openings", {"lines": [line(here, item, quantity="1")], **day}),
        adjust(here, line(here, item, change="1"), **day),
        acme.post("/v1/stock/transfers", {"lines": [moved], **day}),
    ]
    for reply in refused:
        errors = reply.refused(409, "period_closed")["errors"]
        assert [(each["pointer"], each["code"]) for each in errors] == [("/effective_on", "period_closed")]
    received(here, item, None).ok()
    acme.post("/v1/stock/period/reopen", {"through": str(YESTERDAY - timedelta(days=1))}).ok()
    received(here, item, YESTERDAY).ok()
    received(here, item, BEFORE).refused(409, "period_closed")
    assert acme.post("/v1/stock/period/reopen", {"through": None}).ok()["closed_through"] is None
    received(here, item, BEFORE).ok()


def test_only_days_that_are_over_are_closed_and_only_closed_ones_opened(acme: Client) -> None:
    errors = close(acme, TODAY).refused(422, "invalid")["errors"]
    assert [(each["pointer"], each["code"]) for each in errors] == [("/through", "not_over")]
    close(acme, BEFORE).ok()
    assert close(acme, BEFORE - timedelta(days=5)).ok()["closed_through"] == str(BEFORE)
    errors = acme.post("/v1/stock/period/reopen", {"through": str(YESTERDAY)}).refused(422, "invalid")["errors"]
    assert [(each["pointer"], each["code"]) for each in errors] == [("/through", "not_closed")]


def test_who_may_close_and_what_is_recorded(acme: Client) -> None:
    here = shop(acme)
    close(acme.as_("warehouse"), BEFORE).refused(403, "forbidden")
    close(limited(acme, here.warehouse), BEFORE).refused(403, "forbidden")
    assert close(acme.as_("accounting"), BEFORE).ok()["closed_through"] == str(BEFORE)
    acme.post("/v1/stock/period/reopen", {"through": None}).ok()
    acme.world.settle()
    changes = [row for row in acme.get("/v1/changes?limit=100").ok()["data"] if row["entity"] == "stock_period"]
    assert [(row["event"], row["fields"]) for row in changes] == [
        ("stock_period.closed", []),
        ("stock_period.reopened", ["closed_through"]),
    ]


def test_a_day_that_is_closed_at_the_same_moment_is_not_passed_by(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = shop(acme)
    item = here.item()["id"]
    check, closed = periods.require_open, []

    def require_open(*args: Any) -> None:
        check(*args)
        if not closed:
            closed.append(close(acme, YESTERDAY).ok())

    monkeypatch.setattr(periods, "require_open", require_open)
    received(here, item, YESTERDAY).refused(409, "period_closed")
    assert here.level(item) == ("0", "0", "0")


def test_what_is_taken_back_or_arrives_has_a_day_of_its_own(acme: Client) -> None:
    here, there = shop(acme), shop(acme)
    item = here.item()["id"]
    document = received(here, item, BEFORE).ok()
    sent = send(here, there, item, 2, in_transit=True, effective_on=str(YESTERDAY))
    arriving = {"lines": [{"line": 1, "quantity": "2"}]}
    act(acme, sent, "arrive", **arriving, effective_on=str(BEFORE)).refused(422, "invalid")
    act(acme, sent, "arrive", **arriving, effective_on=str(YESTERDAY)).ok()
    assert ledger(there, item) == [(str(YESTERDAY), "2")]
    here.receive(item, 2)
    act(acme, document, "reverse", effective_on=str(BEFORE - timedelta(days=1))).refused(422, "invalid")
    close(acme, BEFORE).ok()
    act(acme, document, "reverse", effective_on=str(BEFORE)).refused(409, "period_closed")
    back = act(acme, document, "reverse").ok()
    assert (back["effective_on"], ledger(here, item)[0]) == (str(TODAY), (None, "-5"))
