"""The roles allow what the functions do: a tour through the product, every call to AWS held against the role's policy.

Neither the local database nor moto looks at policies, so a missing permission would show only in AWS.
"""

import base64
import gzip
import importlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import pytest
from botocore.client import BaseClient

from chalicelib.access import access_state
from chalicelib.events import positions
from chalicelib.kernel import clock, declaration, journal
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from infra import policies
from tests import factories
from tests.identity import logouts
from tests.identity.people import Firm, address
from tests.infra import iam
from tests.integrations import orders, shops
from tests.world import Client

HANDLERS = {
    "sequence_journal": "chalicelib.functions.feed",
    "dispatch_changes": "chalicelib.functions.feed",
    "run_consumers": "chalicelib.functions.consumers",
    "wake_consumers": "chalicelib.functions.schedules",
    "process_inbox": "chalicelib.functions.inbox",
    "run_jobs": "chalicelib.functions.jobs",
    "intake_access_log": "chalicelib.functions.access_log",
    "reconcile": "chalicelib.functions.schedules",
    "sweep_retention": "chalicelib.functions.retention",
    "manage_tenants": "chalicelib.functions.tenants",
}
RECEIVED = {"attributes": {"ApproximateReceiveCount": "1"}}
_running: ContextVar[str] = ContextVar("running", default="")


class Context:
    aws_request_id = "tour"

    def get_remaining_time_in_millis(self) -> int:
        return 30_000


class Tour:
    """Runs things as a function and keeps what was asked of AWS."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.needs: dict[str, set[iam.Need]] = {}

    @contextmanager
    def as_(self, function: str) -> Iterator[None]:
        token = _running.set(function)
        try:
            yield
        finally:
            _running.reset(token)

    def note(self, service: str, operation: str, sent: dict[str, Any]) -> None:
        if _running.get():
            self.needs.setdefault(_running.get(), set()).update(iam.needs(service, operation, sent))

    def invoke(self, function: str, event: Any) -> Any:
        handler = getattr(importlib.import_module(HANDLERS[function]), function)
        with self.as_(function):
            return handler(event, Context())

    def feed(self) -> None:
        """Numbers everything and lets the consumers see it."""
        assert self.invoke("sequence_journal", {"Records": self._records("INSERT")}) == {"batchItemFailures": []}
        assert self.invoke("dispatch_changes", {"Records": self._records("MODIFY")})["wakes"] >= 1
        for name in declaration.consumers():
            wake = _message({"tenant": self.client.tenant, "consumer": name})
            assert self.invoke("run_consumers", wake) == {"batchItemFailures": []}

    @staticmethod
    def put_off(tenant: str) -> None:
        """Puts a consumer off, so that it has to be woken."""
        row = positions.of(Tenant(tenant), "jobs.starter", None)
        store.write(store.put(positions.changed(row, put_off_until=clock.now())))

    def _records(self, event: str) -> list[dict[str, Any]]:
        month = Tenant(self.client.tenant).key(clock.text(clock.now())[:7])
        entries = store.query_all(journal.Entry, journal.Entry.partition == month)
        return [
            {
                "eventName": event,
                "dynamodb": {"Keys": entry.key(), "NewImage": entry.item(), "SequenceNumber": str(index)},
            }
            for index, entry in enumerate(entries)
        ]


@pytest.fixture
def tour(acme: Client, monkeypatch: pytest.MonkeyPatch) -> Tour:
    made = Tour(acme)
    original = BaseClient._make_api_call

    def noted(self: Any, operation_name: str, api_params: dict[str, Any]) -> Any:
        made.note(self.meta.service_model.service_name, operation_name, api_params)
        return original(self, operation_name, api_params)

    monkeypatch.setattr(BaseClient, "_make_api_call", noted)
    return made


def test_every_call_of_a_tour_through_the_product_is_allowed(tour: Tour) -> None:
    with tour.as_("api_handler"):
        connection, job = _use_the_api(tour.client)
    tour.feed()
    for delivery in tour.client.get("/v1/integrations/inbox").ok()["data"]:
        tour.invoke("process_inbox", _message({"tenant": tour.client.tenant, "delivery": delivery["id"]}))
    tour.invoke("run_jobs", _message({"tenant": tour.client.tenant, "job_id": job}))
    _manage_people(tour)
    tour.feed()
    tour.invoke("intake_access_log", _access_line(tour.client.tenant))
    tour.invoke("reconcile", _schedule())
    Tour.put_off(tour.client.tenant)
    assert tour.invoke("wake_consumers", _schedule())["wakes"] >= 1
    tour.invoke("sweep_retention", _schedule())
    with tour.as_("api_handler"):
        _end_the_connection(tour.client, connection)
    assert set(tour.needs) == set(policies.POLICIES) - {"authorize"}
    refused = [
        (function, need)
        for function, requested in tour.needs.items()
        for need in sorted(requested)
        if not iam.is_allowed(policies.document(function), need)
    ]
    assert refused == []


def test_the_tour_would_notice_a_missing_permission(tour: Tour) -> None:
    with tour.as_("api_handler"):
        tour.client.post("/v1/items", {"sku": "TOUR", "name": "Tour"}).ok()
    assert not all(iam.is_allowed(policies.document("authorize"), need) for need in tour.needs["api_handler"])
    denied = ("dynamodb:DeleteItem", f"arn:aws:dynamodb:r:1:table/{_journal()}")
    assert not iam.is_allowed(policies.document("api_handler"), denied)


def _use_the_api(client: Client) -> tuple[shops.Shop, str]:
    """A shop that sells, a connection that delivers, and a job."""
    client.world.anonymous().get("/ready")
    shop = factories.shop(client)
    item = shop.item(on_hand=500)
    order = shop.confirmed((item["id"], 2))
    client.get(f"/v1/sales-orders/{order['id']}").ok()
    client.get("/v1/items?limit=1").ok()
    client.get(f"/v1/stock/ledger?item_id={item['id']}&location_id={shop.location}").ok()
    client.patch(f"/v1/items/{item['id']}", {"name": "Renamed"}, etag=item["version"]).ok()
    connected = shops.Shop(client, warehouse_id=shop.warehouse)
    connected.deliver(orders.order(orders.line(item["sku"])))
    connected.deliver(orders.order(orders.line("UNKNOWN-SKU")))
    checked = client.post("/v1/stock/check", {"item_id": item["id"]})
    assert checked.status == 202, checked.body
    return connected, str(checked.json["job_id"])


def _manage_people(tour: Tour) -> None:
    """A tenant of the operator, a user who comes and goes, a refusal and a logout."""
    tour.invoke("manage_tenants", {"action": "create", "name": "Tour", "alias": "tour", "email": address()})
    tour.invoke("manage_tenants", {"action": "step", "tenant": tour.client.tenant, "step": "suspend"})
    tour.invoke("manage_tenants", {"action": "step", "tenant": tour.client.tenant, "step": "resume"})
    tour.invoke("manage_tenants", {"action": "show"})
    access_state.forget()
    time.sleep(1.1)  # a token of the second of the mark is of before it
    admin = tour.client = tour.client.as_("admin")
    with tour.as_("api_handler"):
        invited = admin.post("/v1/users", {"email": address(), "roles": ["sales"]}).ok()
    tour.invoke("run_jobs", _message({"tenant": admin.tenant, "job_id": invited["job_id"]}))
    account = Firm(admin.world, admin.tenant).accept(invited["email"])
    with tour.as_("api_handler"):
        user = Firm(admin.world, admin.tenant).login(account).post("/v1/me/login").ok()["user"]
    tour.invoke("run_jobs", _message({"tenant": admin.tenant, "job_id": user["job_id"]}))
    with tour.as_("api_handler"):
        user = admin.get(f"/v1/users/{user['id']}").ok()
        gone = admin.post(f"/v1/users/{user['id']}/remove", etag=user["version"]).ok()
        admin.as_("sales").post("/v1/users", {}).refused(403, "forbidden")
        logouts.told(admin.world, sub=account.sub, sid="some-session").ok()
        admin.get("/v1/disclosures").ok()
    tour.invoke("run_jobs", _message({"tenant": admin.tenant, "job_id": gone["job_id"]}))


def _end_the_connection(client: Client, connected: shops.Shop) -> None:
    current = client.get(connected.path).ok()
    client.post(f"{connected.path}/disconnect", etag=current["version"]).ok()
    for path in ("changes", "audit", "access-log", "retention/runs", "jobs"):
        client.get(f"/v1/{path}")


def _message(body: dict[str, str]) -> dict[str, Any]:
    return {"Records": [{"messageId": "m", "receiptHandle": "r", "body": json.dumps(body), **RECEIVED}]}


def _schedule() -> dict[str, Any]:
    names = ("version", "id", "detail-type", "source", "account", "time", "region")
    return {**dict.fromkeys(names, "tour"), "resources": [], "detail": {}}


def _access_line(tenant: str) -> dict[str, Any]:
    names = ("path", "request_id", "ip", "method", "route", "actor", "error", "latency_ms")
    line = {**dict.fromkeys(names, "-"), "request_id": "tour", "status": "200", "tenant": tenant}
    line["time_ms"] = str(int(time.time() * 1000))
    packed = gzip.compress(json.dumps({"logEvents": [{"id": "1", "message": json.dumps(line)}]}).encode())
    return {"awslogs": {"data": base64.b64encode(packed).decode()}}


def _journal() -> str:
    from chalicelib.kernel.journal import Entry

    return Entry.table_name()
