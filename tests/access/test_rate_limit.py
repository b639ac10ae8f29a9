"""Limits on how fast a tenant and each of its callers may ask, through the door."""

import re
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.access import rate_limit
from chalicelib.access.rate_limit import Limiter
from chalicelib.kernel import clock, config, log
from chalicelib.kernel.dynamo import client, store
from chalicelib.kernel.tenant import Tenant
from infra.local.shim import Faults
from tests.contract.asking import is_problem
from tests.contract.operations import operations
from tests.integrations.shops import Shop
from tests.world import Client, Reply, World

HALF_A_SECOND = client.IMPATIENT_SECONDS


class Hands(clock.SystemSource):
    """A clock that stands 3 s into a window until it is moved."""

    def __init__(self) -> None:
        whole = int(datetime.now(UTC).timestamp()) // rate_limit.WINDOW_SECONDS * rate_limit.WINDOW_SECONDS
        self.at = datetime.fromtimestamp(whole + 3, UTC)

    def now(self) -> datetime:
        return self.at

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def hands() -> Iterator[Hands]:
    source = Hands()
    previous = clock.install(source)
    yield source
    clock.install(previous)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The store may take its time: after half a second on a busy machine, requests would be served uncounted."""
    monkeypatch.setattr(client, "IMPATIENT_SECONDS", 600.0)
    client.impatient.cache_clear()
    yield
    client.impatient.cache_clear()


@pytest.fixture
def limited(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Twelve requests in a window for a tenant, five for a caller, and a process that holds nothing."""
    with setting(monkeypatch, tenant=12, caller=5):
        yield


@contextmanager
def setting(monkeypatch: pytest.MonkeyPatch, tenant: int, caller: int) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("NOVEX_RATE_TENANT", str(tenant))
        patch.setenv("NOVEX_RATE_CALLER", str(caller))
        config.current.cache_clear()
        rate_limit.forget()
        yield
    config.current.cache_clear()
    rate_limit.forget()


@pytest.fixture
def faults(world: World) -> Iterator[Faults]:
    """Of the client that counts."""
    with Faults(client.impatient()) as made:
        yield made


@pytest.fixture
def metrics(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    counted: list[str] = []
    monkeypatch.setattr(log, "count", lambda name, value=1: counted.append(name))
    return counted


def ask(caller: Client, times: int = 1) -> list[int]:
    return [caller.get("/v1/items").status for _ in range(times)]


def colleague(acme: Client) -> Client:
    """Another person of the tenant."""
    return Client(acme.world, acme.tenant, ("admin",), sub=str(uuid.uuid4()))


def remaining(reply: Reply) -> tuple[str, int, int]:
    """Name, r and t of the RateLimit field, which must be well formed."""
    found = re.fullmatch(r'"(\w+)";r=(\d+);t=(\d+)', reply.header("ratelimit"))
    assert found is not None, reply.headers
    return found[1], int(found[2]), int(found[3])


@pytest.mark.usefixtures("limited")
def test_a_caller_at_the_limit_is_told_how_long_to_wait_and_served_in_the_next_window(
    acme: Client, hands: Hands
) -> None:
    assert ask(acme, 5) == [200] * 5
    reply = acme.get("/v1/items")
    problem = is_problem(reply, 429, "rate_limited")
    assert "You have made 5 requests in 10 seconds" in problem["detail"]
    assert reply.header("ratelimit-policy") == '"tenant";q=12;w=10, "caller";q=5;w=10'
    assert remaining(reply) == ("caller", 0, 7)
    assert reply.header("retry-after") == "7"
    hands.move(6.99)
    assert ask(acme) == [429]
    hands.move(0.01)
    assert ask(acme, 6) == [200] * 5 + [429]


@pytest.mark.usefixtures("limited")
def test_the_fields_count_down_to_the_limit_that_is_closest_to_its_end(acme: Client) -> None:
    found = [remaining(acme.get("/v1/items")) for _ in range(5)]
    assert found == [("caller", left, 7) for left in (4, 3, 2, 1, 0)]
    others = [colleague(acme) for _ in range(4)]
    found = [remaining(other.get("/v1/items")) for other in others]
    assert found == [("caller", 4, 7)] * 3 + [("tenant", 3, 7)]


@pytest.mark.usefixtures("limited")
def test_a_caller_at_the_limit_does_not_stop_a_colleague_and_uses_up_nothing_of_the_tenants(acme: Client) -> None:
    assert ask(acme, 50) == [200] * 5 + [429] * 45
    assert ask(colleague(acme), 5) == [200] * 5
    assert ask(colleague(acme), 3) == [200, 200, 429]


@pytest.mark.usefixtures("limited")
def test_a_tenant_at_the_limit_is_refused_whoever_asks_and_another_tenant_is_not(world: World, acme: Client) -> None:
    callers = [colleague(acme) for _ in range(24)]
    served = [status for caller in callers for status in ask(caller, 5)]
    assert served.count(200) == 12
    reply = callers[0].get("/v1/items")
    assert (
        "Your tenant has made 12 requests"
        in is_problem(colleague(acme).get("/v1/items"), 429, "rate_limited")["detail"]
    )
    assert remaining(reply)[1] == 0
    assert ask(world.tenant(), 5) == [200] * 5


@pytest.mark.usefixtures("limited")
def test_refused_requests_and_repetitions_count_as_every_other(acme: Client) -> None:
    body, key = {"sku": f"R-{uuid.uuid4().hex[:8]}", "name": "Bell"}, uuid.uuid4().hex
    first, again = acme.post("/v1/items", body, key=key), acme.post("/v1/items", body, key=key)
    assert (first.status, again.status) == (201, 201)
    assert again.header("idempotent-replayed") == "true"
    assert remaining(again)[1] == remaining(first)[1] - 1
    assert acme.get("/v1/items/itm_x").status == 404
    assert acme.post("/v1/items", {}).status == 422
    assert acme.get("/v1/items?x=1").status == 400
    assert acme.post("/v1/items", body, key=key).status == 429


@pytest.mark.usefixtures("limited")
def test_a_caller_without_the_permission_is_counted_before_it_is_looked_for(acme: Client) -> None:
    nobody = acme.as_()
    assert ask(nobody, 6) == [403] * 5 + [429]


@pytest.mark.usefixtures("limited")
def test_who_is_not_let_in_does_not_touch_the_counter(world: World, acme: Client, hands: Hands, faults: Faults) -> None:
    for _ in range(20):
        assert world.anonymous().get("/v1/items").status == 401
        assert Client(world, acme.tenant, token="a.b.c").get("/v1/items").status == 401
        assert world.anonymous().get("/health").status == 200
    assert faults.calls == []
    assert ask(acme) == [200]
    assert {call.operation for call in faults.calls} == {"UpdateItem"}


@pytest.mark.usefixtures("limited")
def test_every_answer_to_a_token_carries_the_fields_and_no_other_does(world: World, acme: Client) -> None:
    for operation in operations():
        path = operation.path({name: "x" for name in operation.path_names})
        reply = colleague(acme).call(operation.method, path)
        carried = bool(reply.header("ratelimit")) and bool(reply.header("ratelimit-policy"))
        assert carried is not operation.endpoint.is_public, operation.name
        declared = {"RateLimit", "RateLimit-Policy"} <= operation.spec["responses"]["429"]["headers"].keys()
        assert declared is not operation.endpoint.is_public, operation.name
        exposed = reply.header("access-control-expose-headers")
        assert "RateLimit," in exposed
        assert "RateLimit-Policy" in exposed


def test_a_flood_beyond_the_limit_costs_no_store_call_at_all(acme: Client, limited: None, faults: Faults) -> None:
    ask(acme, 6)
    with Faults(client.dynamodb()) as others:
        faults.reset()
        assert ask(acme, 100) == [429] * 100
        assert faults.calls == others.calls == []


@pytest.mark.parametrize("kind", ["timeout", "throttle", "reply_lost"])
def test_when_nobody_can_count_all_are_served_after_one_try_in_the_window(
    acme: Client, limited: None, hands: Hands, faults: Faults, metrics: list[str], kind: str
) -> None:
    faults.at(1, kind, times=100)
    assert ask(acme, 30) == [200] * 30
    assert len(faults.calls) == 1
    assert metrics.count("RateLimiterBlind") == 1
    reply = acme.get("/v1/items")
    assert reply.header("ratelimit-policy")
    assert reply.header("ratelimit") == ""
    hands.move(10)
    assert ask(acme, 6) == [200] * 6
    assert metrics.count("RateLimiterBlind") == 2
    faults.reset()
    hands.move(10)
    assert ask(acme, 6) == [200] * 5 + [429]


def test_a_shop_that_delivers_too_fast_is_put_off_alone_and_forgeries_do_not_count(
    acme: Client, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy, quiet = Shop(acme), Shop(acme)
    with setting(monkeypatch, tenant=1000, caller=5):
        forged = [busy.deliver({"id": 0}, X_Shopify_Hmac_Sha256="x").status for _ in range(8)]
        replies = [busy.deliver({"id": number}) for number in range(8)]
        assert forged == [401] * 8
        assert [reply.status for reply in replies] == [200] * 5 + [429] * 3
        replies[-1].refused(429, "rate_limited")
        assert replies[-1].header("retry-after") == "7"
        quiet.deliver({"id": 1}).ok()
        assert len(acme.get(f"/v1/integrations/inbox?connection_id={busy.id}").ok()["data"]) == 5
        hands.move(10)
        busy.deliver({"id": 9}).ok()


def test_counting_waits_for_the_store_half_a_second_and_does_not_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "IMPATIENT_SECONDS", HALF_A_SECOND)
    client.impatient.cache_clear()
    settings = client.impatient().meta.config
    assert (settings.connect_timeout, settings.read_timeout) == (0.5, 0.5)
    assert settings.retries["total_max_attempts"] == 1
    assert client.dynamodb().meta.config.read_timeout == client.READ_TIMEOUT_SECONDS


def test_no_limit_means_no_counting_and_no_fields(
    acme: Client, monkeypatch: pytest.MonkeyPatch, faults: Faults
) -> None:
    with setting(monkeypatch, tenant=0, caller=0):
        reply = acme.get("/v1/items")
        assert reply.status == 200
        assert (reply.header("ratelimit"), reply.header("ratelimit-policy")) == ("", "")
        assert faults.calls == []


@pytest.mark.usefixtures("limited")
def test_a_clock_that_goes_back_grants_no_more_than_each_windows_limit(acme: Client, hands: Hands) -> None:
    served = 0
    for seconds in (0, 10, -10, 10, -10, 0, 10, -20):
        hands.move(seconds)
        served += ask(acme, 10).count(200)
    assert served == 15, "three windows were visited, five requests each"


def test_many_processes_together_grant_exactly_the_limit_or_a_little_less(
    world: World, monkeypatch: pytest.MonkeyPatch, hands: Hands
) -> None:
    with setting(monkeypatch, tenant=500, caller=300):
        tenant = Tenant(str(uuid.uuid4()))
        processes = [Limiter() for _ in range(12)]
        granted = {"a": 0, "b": 0}
        lock = threading.Lock()

        def process(limiter: Limiter, caller: str) -> None:
            for _ in range(200):
                if limiter.count(tenant, caller, hands.at).refused is None:
                    with lock:
                        granted[caller] += 1

        threads = [
            threading.Thread(target=process, args=(limiter, caller)) for limiter in processes for caller in granted
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert max(granted.values()) <= 300
        assert 400 <= sum(granted.values()) <= 500


def test_threads_of_one_process_lose_nothing(world: World, monkeypatch: pytest.MonkeyPatch, hands: Hands) -> None:
    with setting(monkeypatch, tenant=0, caller=300):
        limiter, tenant, granted = Limiter(), Tenant(str(uuid.uuid4())), []

        def work() -> None:
            for _ in range(100):
                if limiter.count(tenant, "ada", hands.at).refused is None:
                    granted.append(1)

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(granted) == 300


def test_a_row_holds_nothing_but_a_sum_and_is_gone_soon(acme: Client, limited: None, hands: Hands) -> None:
    ask(acme)
    window = str(int(hands.at.timestamp()) // rate_limit.WINDOW_SECONDS)
    row = store.get(rate_limit.RateWindow, Tenant(acme.tenant).key("tenant", window))
    assert row is not None
    assert set(row.attribute_values) == {"partition", "used", "begins_at", "expires_at"}
    assert row.used == rate_limit.FIRST_LEASE
    assert timedelta(0) < row.expires_at - hands.at <= timedelta(days=1)
