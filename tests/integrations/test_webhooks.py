"""Deliveries at the door: what is let in, and what becomes a row and a message."""

import base64
import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from tests.integrations.orders import line, order, orders_of, send, stocked
from tests.integrations.shops import Shop, secret, sign
from tests.world import Client


def inbox(acme: Client, query: str = "") -> list[dict[str, Any]]:
    return list(acme.get(f"/v1/integrations/inbox{query}").ok()["data"])


def queued(acme: Client) -> list[str]:
    """Takes every message off the queue; ids of this tenant's deliveries."""
    from chalicelib.kernel import config

    queue, found = acme.world.aws.client("sqs"), []
    while True:
        url = config.current().inbox_queue_url
        messages = queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        if not messages:
            return found
        for message in messages:
            body = json.loads(message["Body"])
            assert body.keys() == {"tenant", "delivery"}
            queue.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            found += [body["delivery"]] if body["tenant"] == acme.tenant else []


def objects(acme: Client) -> dict[str, bytes]:
    from chalicelib.kernel import config

    storage, bucket = acme.world.aws.client("s3"), config.current().bucket
    listed = storage.list_objects_v2(Bucket=bucket, Prefix=acme.tenant + "/").get("Contents", [])
    return {each["Key"]: storage.get_object(Bucket=bucket, Key=each["Key"])["Body"].read() for each in listed}


def test_a_signed_delivery_is_kept_queued_and_answered(acme: Client) -> None:
    shop = Shop(acme)
    body = '{"id": 1, "name": "Zoë"}'.encode()
    reply = shop.deliver(body, webhook_id="b54557e4-bdd9-4b37-8a5f-bf7d70bcd043")
    assert (reply.status, reply.json) == (200, {"received": True})
    (row,) = inbox(acme)
    assert (row["state"], row["topic"], row["attempts"]) == ("received", "orders/create", 0)
    assert (row["delivery_id"], row["connection_id"]) == ("b54557e4-bdd9-4b37-8a5f-bf7d70bcd043", shop.id)
    assert row["has_body"] is True
    assert queued(acme) == [row["id"]]
    ((key, kept),) = objects(acme).items()
    assert kept == body
    assert key == f"{acme.tenant}/{shop.id}/{row['id']}"


def test_a_body_kept_before_a_crash_is_the_one_that_the_next_days_repetition_uses(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.integrations.inbox import intake
    from chalicelib.kernel import clock
    from infra.local.shim import Crash

    shop = Shop(acme)
    writing, now = intake.store.write, clock.now()

    def dying(*_: Any) -> bool:
        raise Crash("after the body")

    monkeypatch.setattr(intake.store, "write", dying)
    assert shop.deliver({"id": 1}, webhook_id="w").status == 500
    monkeypatch.setattr(intake.store, "write", writing)
    monkeypatch.setattr(clock, "real", lambda: now + timedelta(days=1))
    shop.deliver({"id": 1}, webhook_id="w").ok()
    monkeypatch.setattr(clock, "real", lambda: now)
    assert len(inbox(acme)) == 1
    assert list(objects(acme).values()) == [b'{"id": 1}']


def test_every_kind_of_forgery_gets_the_same_answer_and_leaves_nothing(acme: Client) -> None:
    shop, other = Shop(acme), Shop(acme)
    unknown = Shop(acme)
    acme.post(f"{unknown.path}/disconnect", etag=1).ok()
    body = b'{"id": 1}'
    good = sign(shop.client_secret, body)
    replies = [
        shop.deliver(body, X_Shopify_Hmac_Sha256=None),
        shop.deliver(body, X_Shopify_Hmac_Sha256=""),
        shop.deliver(body, X_Shopify_Hmac_Sha256="é"),
        shop.deliver(body, X_Shopify_Hmac_Sha256=sign(secret(), body)),
        shop.deliver(body, X_Shopify_Hmac_Sha256=sign(shop.client_secret, body + b" ")),
        shop.deliver(body, X_Shopify_Hmac_Sha256=good[:-2]),
        shop.deliver(body, X_Shopify_Hmac_Sha256=base64.b64decode(good).hex()),
        shop.deliver(body, X_Shopify_Hmac_Sha256=sign(other.client_secret, body)),
        shop.deliver(b"", X_Shopify_Hmac_Sha256=good),
        shop.deliver(body, X_Shopify_Shop_Domain=other.shop_domain),
        shop.deliver(body, X_Shopify_Shop_Domain=None),
        other.deliver(body, X_Shopify_Hmac_Sha256=good, X_Shopify_Shop_Domain=shop.shop_domain),
        unknown.deliver(body),
    ]
    anonymous = acme.world.anonymous()
    signed = {"X-Shopify-Hmac-Sha256": good, "X-Shopify-Shop-Domain": shop.shop_domain}
    for connection in ("con_00000000000000000000000000", "con_x", shop.id.upper(), "inb_" + shop.id[4:]):
        replies.append(anonymous.call("POST", f"/webhooks/shopify/{connection}", body, signed))
    problems = []
    for reply in replies:
        problem = reply.refused(401, "bad_signature")
        problems.append({name: value for name, value in problem.items() if name != "request_id"})
    assert all(problem == problems[0] for problem in problems)
    assert inbox(acme) == []
    assert queued(acme) == []
    assert objects(acme) == {}


def test_both_secrets_verify_after_a_rotation(acme: Client) -> None:
    shop = Shop(acme)
    new = shop.new_secret()
    acme.post(f"{shop.path}/rotate-secret", {"client_secret": new}, etag=1).ok()
    assert shop.deliver(b'{"id": 1}').status == 200
    assert shop.deliver(b'{"id": 2}', X_Shopify_Hmac_Sha256=sign(new, b'{"id": 2}')).status == 200
    acme.post(f"{shop.path}/drop-old-secret", etag=2).ok()
    shop.deliver(b'{"id": 3}').refused(401, "bad_signature")


def test_deliveries_are_refused_after_the_shop_is_disconnected(acme: Client) -> None:
    shop = Shop(acme)
    assert shop.deliver(b'{"id": 1}').status == 200
    acme.post(f"{shop.path}/disconnect", etag=1).ok()
    shop.deliver(b'{"id": 2}').refused(401, "bad_signature")
    assert len(inbox(acme)) == 1


def test_a_repeated_delivery_is_one_row_and_is_queued_again_while_it_is_open(acme: Client) -> None:
    shop = Shop(acme)
    for _ in range(3):
        assert shop.deliver({"id": 1}, webhook_id="same").ok() == {"received": True}
    (row,) = inbox(acme)
    assert queued(acme) == [row["id"]] * 3
    assert len(objects(acme)) == 1


def test_twins_at_the_same_time_are_one_row(acme: Client) -> None:
    shop = Shop(acme)
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: shop.deliver({"id": 1}, webhook_id="same").status, range(8)))
    assert statuses == [200] * 8
    assert len(inbox(acme)) == 1


def test_another_body_under_a_used_delivery_id_is_a_delivery_of_its_own(acme: Client) -> None:
    shop = Shop(acme)
    shop.deliver({"id": 1}, webhook_id="used").ok()
    shop.deliver({"id": 2}, webhook_id="used").ok()
    rows = inbox(acme)
    assert [row["delivery_id"] for row in rows] == ["used", "used"]
    assert len({row["id"] for row in rows}) == 2
    assert sorted(objects(acme).values()) == [b'{"id": 1}', b'{"id": 2}']


def test_a_body_sent_ahead_under_an_unknown_topic_does_not_keep_the_real_one_out(acme: Client) -> None:
    shop = Shop(acme)
    shop.deliver({"id": 1}, topic="carts/update", webhook_id="w").ok()
    shop.deliver({"id": 1}, topic="orders/create", webhook_id="w").ok()
    assert {row["topic"]: row["state"] for row in inbox(acme)} == {
        "carts/update": "ignored",
        "orders/create": "received",
    }


@pytest.mark.parametrize("given", [None, "", "x" * 65, "a/b", "ä"])
def test_a_missing_or_odd_delivery_id_is_replaced_by_the_body(acme: Client, given: str | None) -> None:
    shop = Shop(acme)
    for _ in range(2):
        shop.deliver({"id": 1}, X_Shopify_Webhook_Id=given).ok()
    (row,) = inbox(acme)
    assert row["delivery_id"].startswith("sha256-")


@pytest.mark.parametrize("topic", ["products/create", "", "x" * 200, "<script>/x"])
def test_an_unknown_topic_is_recorded_as_ignored_without_its_body(acme: Client, topic: str) -> None:
    shop = Shop(acme)
    assert shop.deliver({"id": 1}, topic=topic).ok() == {"received": True}
    (row,) = inbox(acme)
    assert (row["state"], row["reason"], row["has_body"]) == ("ignored", "unknown_topic", False)
    assert row["allowed_transitions"] == []
    assert queued(acme) == []
    assert objects(acme) == {}


PRIVACY = {
    "customers/data_request": {"orders_requested": [1], "customer": {"id": 7}, "data_request": {"id": 9}},
    "customers/redact": {"customer": {"id": 7, "email": "x@example.com"}, "orders_to_redact": [1]},
    "shop/redact": {},
}


def privacy_body(shop: Shop, topic: str) -> dict[str, Any]:
    return {"shop_id": 1, "shop_domain": shop.shop_domain, **PRIVACY[topic]}


@pytest.mark.parametrize("shape", PRIVACY)
@pytest.mark.parametrize("topic", ["as told", "orders/create", "carts/update"])
def test_a_privacy_request_waits_for_a_person_whatever_its_header_says(acme: Client, shape: str, topic: str) -> None:
    shop = Shop(acme)
    shop.deliver(privacy_body(shop, shape), topic=shape if topic == "as told" else topic).ok()
    (row,) = inbox(acme)
    assert (row["state"], row["reason"]) == ("quarantined", "privacy_request")
    assert row["allowed_transitions"] == ["dismiss"]
    assert queued(acme) == []
    path = f"/v1/integrations/inbox/{row['id']}"
    acme.post(f"{path}/retry", etag=1).refused(409, "transition_refused")
    assert acme.post(f"{path}/dismiss", etag=1).ok()["state"] == "dismissed"


@pytest.mark.parametrize("topic", PRIVACY)
def test_an_order_under_a_privacy_topic_is_worked_on_as_an_order(acme: Client, topic: str) -> None:
    shop = Shop(acme)
    stocked(shop, "A", 5)
    row = send(shop, {**order(line("A")), **privacy_body(shop, topic), "customer": None}, topic)
    assert (row["state"], row["reason"], row["topic"]) == ("done", None, topic)
    assert len(orders_of(shop)) == 1


@pytest.mark.parametrize(
    "change",
    [{"shop_domain": "other.myshopify.com"}, {"shop_domain": 5}, {"shop_id": "1"}, {"line_items": []}],
)
def test_what_has_not_the_shape_of_a_privacy_request_is_not_believed_to_be_one(acme: Client, change: Any) -> None:
    shop = Shop(acme)
    row = send(shop, {**privacy_body(shop, "customers/redact"), **change}, "customers/redact")
    assert (row["state"], row["reason"]) == ("quarantined", "not_an_order")


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{", b'"x"', b'{"shop_id": 1', b'{"a":' + b"[" * 9999])
def test_a_body_that_cannot_be_read_is_accepted_under_every_topic(acme: Client, body: bytes) -> None:
    shop = Shop(acme)
    for topic in ("shop/redact", "orders/create", "carts/update"):
        assert shop.deliver(body, topic=topic).ok() == {"received": True}


@pytest.mark.parametrize(
    ("service", "operation", "code", "status"),
    [
        ("s3", "PutObject", "SlowDown", 503),
        ("s3", "PutObject", "InternalError", 500),
        ("sqs", "SendMessage", "RequestThrottled", 403),
        ("dynamodb", "PutItem", "ProvisionedThroughputExceededException", 400),
        ("dynamodb", "GetItem", "ThrottlingException", 400),
        ("secretsmanager", "GetSecretValue", "ThrottlingException", 400),
    ],
)
def test_a_busy_service_asks_the_platform_to_deliver_again(
    acme: Client, service: str, operation: str, code: str, status: int
) -> None:
    shop = Shop(acme)
    with answering(service, operation, code, status):
        reply = shop.deliver({"id": 1}, webhook_id="w")
    assert (reply.status, reply.json["code"], reply.headers["Retry-After"]) == (503, "contention", "1")
    shop.deliver({"id": 1}, webhook_id="w").ok()
    (row,) = inbox(acme)
    assert queued(acme) == [row["id"]]


def test_a_refusal_that_no_repetition_mends_is_our_error(acme: Client) -> None:
    shop = Shop(acme)
    with answering("s3", "PutObject", "AccessDenied", 403):
        assert shop.deliver({"id": 1}).status == 500


@contextmanager
def answering(service: str, operation: str, code: str, status: int) -> Iterator[None]:
    """One operation of AWS is refused."""
    from chalicelib.integrations.connections import lookup
    from chalicelib.kernel import secrets
    from chalicelib.kernel.dynamo import client

    asked = client.dynamodb() if service == "dynamodb" else client.aws(service)
    parsed = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    event, name = f"before-call.{service}.{operation}", uuid.uuid4().hex
    asked.meta.events.register_first(
        event, lambda **_: (AWSResponse("", status, HTTPHeaders(), None), parsed), unique_id=name
    )
    lookup.forget()
    secrets.forget()
    try:
        yield
    finally:
        asked.meta.events.unregister(event, unique_id=name)


def test_a_body_over_a_megabyte_is_refused(acme: Client) -> None:
    shop = Shop(acme)
    shop.deliver(b'"' + b"a" * 1_100_000 + b'"').refused(413, "payload_too_large")
    assert inbox(acme) == []


def test_the_inbox_is_filtered_and_belongs_to_its_tenant(acme: Client) -> None:
    shop, other = Shop(acme), Shop(acme)
    shop.deliver({"id": 1}).ok()
    other.deliver({"id": 2}, topic="carts/update").ok()
    assert [row["connection_id"] for row in inbox(acme)] == [other.id, shop.id]
    assert [row["state"] for row in inbox(acme, f"?connection_id={shop.id}")] == ["received"]
    assert [row["connection_id"] for row in inbox(acme, "?state=ignored")] == [other.id]
    assert inbox(acme, f"?state=ignored&connection_id={shop.id}") == []
    stranger = acme.world.tenant()
    assert inbox(stranger) == []
    row = inbox(acme)[0]
    stranger.get(f"/v1/integrations/inbox/{row['id']}").refused(404, "not_found")
    stranger.post(f"/v1/integrations/inbox/{row['id']}/dismiss", etag=1).refused(404, "not_found")
    acme.as_("warehouse").get("/v1/integrations/inbox").refused(403, "forbidden")


def test_nothing_of_a_body_is_in_rows_messages_or_answers(acme: Client) -> None:
    from tests.integrations.test_connections import everything_stored

    shop = Shop(acme)
    canary = "canary-" + uuid.uuid4().hex
    for topic in ("orders/create", "customers/redact", "carts/update"):
        assert canary not in shop.deliver({"id": 1, "email": canary}, topic=topic).body.decode()
    assert canary not in everything_stored()
    assert canary not in json.dumps(inbox(acme))


def test_an_answer_comes_without_the_work(acme: Client) -> None:
    shop = Shop(acme)
    shop.deliver({"id": 1}).ok()
    assert [row["state"] for row in inbox(acme)] == ["received"]
    acme.world.settle()
    assert [row["state"] for row in inbox(acme)] == ["quarantined"]
