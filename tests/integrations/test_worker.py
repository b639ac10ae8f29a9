"""The worker and the way back for what got lost."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from tests.events.feeds import stopped_clock
from tests.integrations.orders import (
    available,
    deliveries,
    later,
    line,
    order,
    orders_of,
    requeue,
    send,
    stocked,
    work_off,
)
from tests.integrations.shops import Shop
from tests.world import Client


def requeued(acme: Client) -> int:
    from chalicelib.integrations.inbox import requeue
    from chalicelib.kernel.tenant import Tenant

    return requeue.requeue_stale(Tenant(acme.tenant))


def drain(acme: Client) -> None:
    """Loses every message of the queue."""
    from chalicelib.kernel import config

    queue, url = acme.world.aws.client("sqs"), config.current().inbox_queue_url
    while messages := queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        for each in messages:
            queue.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])


@pytest.fixture(autouse=True)
def empty_queue(acme: Client) -> None:
    drain(acme)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deliveries count as stale at once."""
    from chalicelib.integrations.inbox import requeue

    monkeypatch.setattr(requeue, "STALE_AFTER", timedelta(0))


def test_a_delivery_whose_message_was_lost_is_found_and_worked_on(acme: Client, impatient: None) -> None:
    shop = Shop(acme)
    stocked(shop, "A", 5)
    shop.deliver(order(line("A"))).ok()
    drain(acme)
    assert work_off(acme) == []
    assert orders_of(shop) == []
    assert requeued(acme) == 1
    assert work_off(acme) == []
    assert len(orders_of(shop)) == 1
    assert requeued(acme) == 0


def test_a_fresh_delivery_is_left_to_its_own_message(acme: Client) -> None:
    shop = Shop(acme)
    shop.deliver(order(line("A"))).ok()
    assert requeued(acme) == 0


def test_a_platforms_repetition_brings_a_lost_message_back(acme: Client) -> None:
    shop = Shop(acme)
    stocked(shop, "A", 5)
    payload = order(line("A"))
    shop.deliver(payload, webhook_id="w").ok()
    drain(acme)
    shop.deliver(payload, webhook_id="w").ok()
    assert work_off(acme) == []
    assert len(orders_of(shop)) == 1


def test_two_workers_on_one_delivery_make_one_order(acme: Client) -> None:
    from chalicelib.functions import inbox
    from chalicelib.integrations.inbox import worker
    from chalicelib.kernel.tenant import Tenant

    shop = Shop(acme)
    stocked(shop, "A", 10)
    shop.deliver(order(line("A", 3))).ok()
    (row,) = deliveries(shop)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: worker.process(Tenant(acme.tenant), row["id"], inbox.HANDLERS), range(4)))
    assert len(orders_of(shop)) == 1
    assert available(shop, "A") == "7"
    drain(acme)


def test_deliveries_of_one_order_that_cross_end_with_the_newest_content(acme: Client) -> None:
    from chalicelib.functions import inbox
    from chalicelib.integrations.inbox import worker
    from chalicelib.kernel.tenant import Tenant

    shop = Shop(acme)
    stocked(shop, "A", 100)
    created = order(line("A", 1))
    versions = [created]
    for quantity in range(2, 6):
        changed = later(created, quantity)
        changed["line_items"][0]["current_quantity"] = quantity
        versions.append(changed)
    for version in versions:
        shop.deliver(version).ok()
    ids = [row["id"] for row in deliveries(shop)]
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda one: worker.process(Tenant(acme.tenant), one, inbox.HANDLERS), ids))
    assert {row["state"] for row in deliveries(shop)} <= {"done", "ignored"}, deliveries(shop)
    (made,) = orders_of(shop)
    shown = acme.get(f"/v1/sales-orders/{made['id']}").ok()
    assert [each["quantity"] for each in shown["lines"]] == ["5"]
    assert available(shop, "A") == "95"
    drain(acme)


def test_a_delivery_that_keeps_failing_is_given_up_visibly_and_can_be_retried(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.functions import inbox
    from chalicelib.integrations.connections.schemas import Platform
    from chalicelib.integrations.inbox import rules

    shop = Shop(acme)
    stocked(shop, "A", 5)
    working = inbox.HANDLERS[Platform.SHOPIFY]

    def broken(*_: Any) -> Any:
        raise ValueError("secret detail")

    monkeypatch.setitem(inbox.HANDLERS, Platform.SHOPIFY, broken)
    shop.deliver(order(line("A")), webhook_id="w").ok()
    for attempt in range(1, rules.MAX_ATTEMPTS):
        assert len(work_off(acme)) == 1
        (row,) = deliveries(shop)
        assert (row["state"], row["attempts"]) == ("received", attempt)
        requeue(shop, row["id"])
    assert work_off(acme) == []
    (row,) = deliveries(shop)
    assert (row["state"], row["reason"]) == ("failed", "internal_error")
    assert "secret detail" not in str(row)
    monkeypatch.setitem(inbox.HANDLERS, Platform.SHOPIFY, working)
    acme.post(f"/v1/integrations/inbox/{row['id']}/retry", etag=row["version"]).ok()
    assert work_off(acme) == []
    assert deliveries(shop)[0]["state"] == "done"


def test_one_bad_delivery_of_a_batch_does_not_stop_the_others(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from chalicelib.functions import inbox
    from chalicelib.integrations.connections.schemas import Platform

    shop = Shop(acme)
    stocked(shop, "A", 5)
    working = inbox.HANDLERS[Platform.SHOPIFY]

    def broken(call: Any, connection: Any, body: bytes) -> Any:
        if b"poison" in body:
            raise ValueError
        return working(call, connection, body)

    monkeypatch.setitem(inbox.HANDLERS, Platform.SHOPIFY, broken)
    good, bad = order(line("A")), order(line("A"), note="poison")
    shop.deliver(bad).ok()
    shop.deliver(good).ok()
    assert len(work_off(acme)) == 1
    assert sorted(row["state"] for row in deliveries(shop)) == ["done", "received"]


def test_a_body_that_is_gone_cannot_be_worked_on(acme: Client) -> None:
    from chalicelib.kernel import config

    shop = Shop(acme)
    shop.deliver(order(line("A"))).ok()
    storage, bucket = acme.world.aws.client("s3"), config.current().bucket
    for each in storage.list_objects_v2(Bucket=bucket, Prefix=acme.tenant)["Contents"]:
        storage.delete_object(Bucket=bucket, Key=each["Key"])
    assert work_off(acme) == []
    assert deliveries(shop)[0]["reason"] == "body_gone"


def test_retry_and_dismiss_follow_the_state_table(acme: Client) -> None:
    shop = Shop(acme)
    stocked(shop, "A", 5)
    done = send(shop, order(line("A")))
    path = f"/v1/integrations/inbox/{done['id']}"
    for step in ("retry", "dismiss"):
        refused = acme.post(f"{path}/{step}", etag=done["version"]).refused(409, "transition_refused")
        assert refused["allowed_transitions"] == []
    waiting = send(shop, order(line("NOPE")))
    path = f"/v1/integrations/inbox/{waiting['id']}"
    assert waiting["allowed_transitions"] == ["retry", "dismiss"]
    acme.post(f"{path}/retry").refused(428, "precondition_required")
    acme.post(f"{path}/retry", etag=1).refused(412, "precondition_failed")
    acme.as_("auditor").post(f"{path}/retry", etag=waiting["version"]).refused(403, "forbidden")
    opened = acme.post(f"{path}/retry", etag=waiting["version"]).ok()
    assert (opened["state"], opened["attempts"], opened["reason"]) == ("received", 0, None)


def test_the_function_answers_by_its_handler_string_in_a_fresh_interpreter(acme: Client) -> None:
    code = (
        "import importlib; f = importlib.import_module('chalicelib.functions.inbox').process_inbox;"
        "print(f({'Records': [{'messageId': 'm', 'receiptHandle': 'r', 'body': 'junk'}]}, None))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=600)
    assert done.stdout.splitlines()[-1] == "{'batchItemFailures': [{'itemIdentifier': 'm'}]}"


def test_a_process_that_dies_between_inbox_and_queue_loses_nothing(
    acme: Client, monkeypatch: pytest.MonkeyPatch, impatient: None
) -> None:
    from chalicelib.integrations.inbox import intake
    from infra.local.shim import Crash

    shop = Shop(acme)
    stocked(shop, "A", 5)
    sending = intake.enqueue

    def dying(*_: Any) -> None:
        raise Crash("before the message")

    monkeypatch.setattr(intake, "enqueue", dying)
    assert shop.deliver(order(line("A"))).status == 500
    monkeypatch.setattr(intake, "enqueue", sending)
    assert work_off(acme) == []
    assert [row["state"] for row in deliveries(shop)] == ["received"]
    assert requeued(acme) == 1
    assert work_off(acme) == []
    assert [row["state"] for row in deliveries(shop)] == ["done"]


def test_an_edit_of_a_user_while_a_change_is_worked_out_is_taken_into_account(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.sales.orders import update

    shop = Shop(acme)
    stocked(shop, "A", 10)
    created = order(line("A"))
    path = f"/v1/sales-orders/{send(shop, created)['order_id']}"
    updating, times = update.update, []

    def crossed(*args: Any) -> Any:
        times.append(args)
        if len(times) == 1:
            monkeypatch.setattr(update, "update", updating)
            requested = {"lines": [{"sku": "A", "quantity": "2", "unit_price": "9"}]}
            acme.patch(path, requested, etag=acme.get(path).ok()["version"]).ok()
            monkeypatch.setattr(update, "update", crossed)
        return updating(*args)

    monkeypatch.setattr(update, "update", crossed)
    changed = later(created)
    changed["line_items"][0]["current_quantity"] = changed["line_items"][0]["quantity"] = 3
    row = send(shop, changed, "orders/updated")
    assert (row["state"], row["reason"], len(times)) == ("done", None, 2)
    assert [each["quantity"] for each in acme.get(path).ok()["lines"]] == ["3"]
    assert available(shop, "A") == "7"


def test_what_the_time_does_not_suffice_for_comes_again(acme: Client) -> None:
    from chalicelib.functions.inbox import process_inbox

    class Late:
        aws_request_id = "late"

        def get_remaining_time_in_millis(self) -> int:
            return 0

    records = [{"messageId": f"m-{number}", "receiptHandle": "r", "body": "{}"} for number in range(2)]
    answer = process_inbox({"Records": records}, Late())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-0"}, {"itemIdentifier": "m-1"}]}


def test_what_merely_waits_in_a_long_queue_is_queued_again_less_and_less_often(acme: Client) -> None:
    shop = Shop(acme)
    stocked(shop, "A", 5)
    shop.deliver(order(line("A"))).ok()
    with stopped_clock() as now:
        rounds = []
        for number in range(25):
            if requeued(acme) == 1:
                rounds.append(number)
            now.sleep(300)
    assert rounds == [1, 2, 4, 8, 12, 16, 24]
