"""A shop counts as connected when Shopify itself confirms it; until then nothing changes for anybody."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from infra.local.shim import Crash, Faults
from tests.integrations.shops import Shop, domain, requested, secret
from tests.integrations.test_connections import everything_stored, stored, valid
from tests.integrations.test_webhooks import inbox, objects, queued
from tests.world import Client, Reply, World

CONNECTIONS = "/v1/integrations/connections"
OF_ITS_OWN = ("id", "webhook_path", "created_at", "updated_at", "pending_until", "request_id")


def alike(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without what is different in each."""
    return {name: value for name, value in answer.items() if name not in OF_ITS_OWN}


def events(acme: Client, connection_id: str) -> list[str]:
    return [row["event"] for row in reversed(acme.get(f"/v1/audit?entity_id={connection_id}").ok()["data"])]


def asked(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the simulated Shopify is asked from now on."""
    paths, handle = [], world.simulators.shopify.handle

    def noting(method: str, path: str, *rest: Any) -> Any:
        paths.append(path)
        return handle(method, path, *rest)

    monkeypatch.setattr(world.simulators.shopify, "handle", noting)
    return paths


def put_shop(shop: Shop, **change: Any) -> None:
    platform = shop.acme.world.simulators.shopify
    assert platform.handle("PUT", f"/{shop.shop_domain}", {}, json.dumps(change).encode()).status == 200


def put_app(shop: Shop, **change: Any) -> None:
    platform = shop.acme.world.simulators.shopify
    path = f"/{shop.shop_domain}/apps/{shop.client_id}"
    assert platform.handle("PUT", path, {}, json.dumps(change).encode()).status == 200


def no_shop(shop: Shop) -> None:
    """Shopify has never heard of it."""


def closed(shop: Shop) -> None:
    shop.install(shop.client_secret)
    put_shop(shop, is_open=False)


def unknown_app(shop: Shop) -> None:
    put_shop(shop)


def wrong_secret(shop: Shop) -> None:
    shop.install(secret())


def not_installed(shop: Shop) -> None:
    put_app(shop, client_secrets=[shop.client_secret], is_installed=False)


def of_another_organization(shop: Shop) -> None:
    shop.install(shop.client_secret)
    put_shop(shop, is_foreign=True)


def renamed(shop: Shop) -> None:
    shop.install(shop.client_secret)
    put_shop(shop, myshopify_domain=domain())


REASONS = [
    (no_shop, "no_answer"),
    (closed, "no_answer"),
    (unknown_app, "wrong_credentials"),
    (wrong_secret, "wrong_credentials"),
    (not_installed, "app_not_installed"),
    (of_another_organization, "other_organization"),
    (renamed, "other_shop"),
]


@pytest.mark.parametrize(("prepare", "reason"), REASONS)
def test_a_shop_that_shopify_does_not_confirm_is_pending_with_a_reason_until_it_does(
    acme: Client, prepare: Any, reason: str
) -> None:
    shop = Shop(acme, is_installed=False)
    prepare(shop)
    pending = acme.post(f"{shop.path}/verify", etag=1).ok()
    assert (pending["status"], pending["pending_reason"]) == ("pending", reason)
    assert pending["pending_advice"].endswith(".")
    assert (pending["shop_id"], pending["connected_at"]) == (None, None)
    assert pending["allowed_transitions"] == ["verify", "disconnect"]
    put_shop(shop, myshopify_domain=shop.shop_domain)
    shop.install(shop.client_secret)
    connected = acme.post(f"{shop.path}/verify", etag="*").ok()
    assert (connected["status"], connected["pending_reason"], connected["pending_advice"]) == ("connected", None, None)
    assert connected["shop_id"].startswith("gid://shopify/Shop/")
    assert connected["connected_at"] is not None
    assert connected["pending_until"] is None
    assert acme.get(shop.path).ok() == connected
    acme.post(f"{shop.path}/verify", etag="*").refused(409, "transition_refused")
    asking = ["connection.proof_asked"]
    assert events(acme, shop.id) == [
        *asking,
        "connection.created",
        *asking,
        "connection.not_proven",
        *asking,
        "connection.connected",
    ]


def test_a_stranger_blocks_nobody_and_is_answered_the_same_whoever_has_the_shop(acme: Client) -> None:
    stranger, owner = acme.world.tenant(), Shop(acme, is_installed=False)
    put_shop(owner)
    attempt = {**requested(stranger), "shop_domain": owner.shop_domain}
    before = stranger.post(CONNECTIONS, attempt).ok()
    assert (before["status"], before["pending_reason"]) == ("pending", "wrong_credentials")
    owner.install(owner.client_secret)
    assert acme.post(f"{owner.path}/verify", etag=1).ok()["status"] == "connected"
    after = stranger.post(CONNECTIONS, attempt).ok()
    assert alike(after) == alike(before)
    again = stranger.post(f"{CONNECTIONS}/{before['id']}/verify", etag=1).ok()
    assert {**alike(again), "version": 1} == alike(before)
    with_his_secret = stranger.post(CONNECTIONS, {**attempt, "client_secret": owner.client_secret}).ok()
    assert alike(with_his_secret) == alike(before)
    owner.deliver({"id": 1}).ok()
    assert len(inbox(acme)) == 1
    assert inbox(stranger) == []


def test_whoever_has_proven_a_shop_that_another_has_proven_is_refused_and_stays_pending(acme: Client) -> None:
    first, second = Shop(acme), Shop(acme.world.tenant(), is_installed=False)
    late = Shop(acme.world.tenant(), shop_domain=first.shop_domain, is_installed=False)
    assert late.connection["pending_reason"] == "wrong_credentials"
    late.install(late.client_secret)
    problem = late.acme.post(f"{late.path}/verify", etag=1).refused(409, "already_exists")
    assert first.id not in json.dumps(problem)
    assert late.acme.get(late.path).ok()["status"] == "pending"
    acme.post(f"{first.path}/disconnect", etag=1).ok()
    assert late.acme.post(f"{late.path}/verify", etag=1).ok()["status"] == "connected"
    assert second.connection["status"] == "pending"


@contextmanager
def traced() -> Iterator[list[str]]:
    """The calls of the store and of the vault, by name."""
    from chalicelib.integrations.connections import lookup
    from chalicelib.kernel import secrets
    from chalicelib.kernel.dynamo import client

    names: list[str] = []

    def note(model: Any, **_: Any) -> None:
        names.append(model.name)

    lookup.forget()
    secrets.forget()
    watched = [client.dynamodb().meta.events, client.aws("secretsmanager").meta.events]
    for each in watched:
        each.register("before-call", note)
    try:
        yield names
    finally:
        for each in watched:
            each.unregister("before-call", note)


def test_a_pending_connections_door_is_exactly_that_of_an_unknown_one(acme: Client) -> None:
    shop = Shop(acme, is_installed=False)
    unknown = Shop(acme, is_installed=False)
    unknown.connection = {"id": f"con_{shop.id[4:-4]}0000"}
    answers, costs = [], []
    for each in (shop, unknown):
        for _ in range(2):
            with traced() as calls:
                answers.append(each.deliver({"id": 1}))
            costs.append(calls)
    assert {reply.status for reply in answers} == {401}
    shown = [alike(reply.json) for reply in answers]
    assert shown == shown[:1] * 4
    own = ("X-Request-Id", "traceparent")
    headers = [{name: value for name, value in reply.headers.items() if name not in own} for reply in answers]
    assert headers == headers[:1] * 4
    assert costs == [["GetItem"]] * 4
    assert (inbox(acme), queued(acme), objects(acme)) == ([], [], {})
    shop.install(shop.client_secret)
    acme.post(f"{shop.path}/verify", etag=1).ok()
    shop.deliver({"id": 1}).ok()
    assert len(inbox(acme)) == 1


def test_the_token_that_shopify_gives_is_used_for_the_proof_and_kept_nowhere(acme: Client) -> None:
    shop = Shop(acme)
    given = list(acme.world.simulators.shopify._tokens)
    assert given[-1].startswith("shpat_")
    text = everything_stored() + json.dumps(stored(shop.id)) + json.dumps(shop.connection)
    assert not [token for token in given if token in text]


def test_a_repeated_command_gets_its_first_answer_and_asks_nobody_again(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = Shop(acme, is_installed=False)
    first = acme.post(f"{shop.path}/verify", etag=1, key="k").ok()
    shop.install(shop.client_secret)
    paths = asked(acme.world, monkeypatch)
    assert acme.post(f"{shop.path}/verify", etag=1, key="k").ok() == first
    assert paths == []
    assert acme.post(f"{shop.path}/verify", etag="*").ok()["status"] == "connected"
    assert paths == [
        f"{shop.shop_domain}/admin/oauth/access_token",
        f"{shop.shop_domain}/admin/api/2026-10/graphql.json",
    ]


def test_a_dry_run_asks_nobody_and_says_so(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop(acme, is_installed=False)
    paths = asked(acme.world, monkeypatch)
    for reply in (
        acme.post(f"{CONNECTIONS}?dry_run=true", requested(acme)),
        acme.post(f"{shop.path}/verify?dry_run=true", etag=1),
    ):
        assert (reply.ok()["status"], reply.ok()["pending_reason"]) == ("pending", "not_asked")
    assert paths == []
    assert acme.get(shop.path).ok() == shop.connection


def test_a_refused_step_asks_nobody(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop(acme, is_installed=False)
    paths = asked(acme.world, monkeypatch)
    acme.post(f"{shop.path}/verify", etag=7).refused(412, "precondition_failed")
    acme.post(f"{shop.path}/rotate-secret", {"client_secret": secret()}, etag=1).refused(409, "transition_refused")
    acme.world.tenant().post(f"{shop.path}/verify", etag=1).refused(404, "not_found")
    acme.as_("sales").post(f"{shop.path}/verify", etag=1).refused(403, "forbidden")
    assert paths == []


def test_a_secret_that_shopify_does_not_know_is_not_rotated_to(acme: Client) -> None:
    shop = Shop(acme)
    problem = acme.post(f"{shop.path}/rotate-secret", {"client_secret": secret()}, etag=1).refused(409, "not_proven")
    assert problem["reason"] == "wrong_credentials"
    assert valid(shop.id) == [shop.client_secret]
    assert acme.get(shop.path).ok() == shop.connection
    new = shop.new_secret()
    acme.post(f"{shop.path}/rotate-secret", {"client_secret": new}, etag=1).ok()
    assert valid(shop.id) == [new, shop.client_secret]


@pytest.mark.parametrize("kind", ["crash_before", "crash_after", "reply_lost", "throttle"])
def test_a_repeated_verify_ends_connected_wherever_the_first_one_died(acme: Client, kind: Any) -> None:
    from chalicelib.kernel.dynamo import client

    for number in count(1):
        shop = Shop(acme, is_installed=False)
        shop.install(shop.client_secret)
        with Faults(client.dynamodb()) as injected:
            injected.at(number, kind)
            acme.post(f"{shop.path}/verify", etag=1, key="k")
        assert acme.post(f"{shop.path}/verify", etag=1, key="k").ok()["status"] == "connected"
        shop.deliver({"id": 1}).ok()
        if not any(call.fault for call in injected.calls):
            break
        version = acme.get(shop.path).ok()["version"]
        acme.post(f"{shop.path}/disconnect", etag=version).ok()
    assert number > 3


def test_a_process_that_dies_while_shopify_is_asked_leaves_nothing_that_a_repetition_does_not_mend(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.integrations.shopify import admin_api

    body = requested(acme)
    acme.world.simulators.shopify.install(body["shop_domain"], body["client_id"], body["client_secret"])

    def dying(*_: Any, **__: Any) -> Any:
        raise Crash("while Shopify is asked")

    with monkeypatch.context() as patched:
        patched.setattr(admin_api.egress, "send", dying)
        assert acme.post(CONNECTIONS, body, key="k").status == 500
    assert acme.get(CONNECTIONS).ok()["data"] == []
    assert acme.post(CONNECTIONS, body, key="k").ok()["status"] == "connected"


def test_no_transaction_is_open_while_shopify_is_asked(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else can change the connection meanwhile, and then the answer does not count."""
    shop = Shop(acme, is_installed=False)
    shop.install(shop.client_secret)
    handle = acme.world.simulators.shopify.handle
    meanwhile: list[Reply] = []

    def interfering(*request: Any) -> Any:
        if not meanwhile:
            meanwhile.append(acme.patch(shop.path, {"auto_confirm": False}, etag=1))
        return handle(*request)

    monkeypatch.setattr(acme.world.simulators.shopify, "handle", interfering)
    acme.post(f"{shop.path}/verify", etag=1).refused(412, "precondition_failed")
    assert meanwhile[0].status == 200
    assert acme.post(f"{shop.path}/verify", etag=2).ok()["status"] == "connected"


def test_a_pending_connection_ends_after_a_week_and_its_secret_is_deleted(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.integrations.connections import sweep
    from chalicelib.kernel import clock

    def swept_after(days: float) -> None:
        now = clock.now()
        with monkeypatch.context() as patched:
            patched.setattr(clock, "real", lambda: now + timedelta(days=days))
            sweep.run()

    pending, connected = Shop(acme, is_installed=False), Shop(acme)
    swept_after(6.9)
    assert acme.get(pending.path).ok()["status"] == "pending"
    swept_after(7.01)
    ended = acme.get(pending.path).ok()
    assert (ended["status"], ended["allowed_transitions"]) == ("disconnected", [])
    assert stored(pending.id) is None
    acme.world.settle()
    changes = acme.get("/v1/changes").ok()["data"]
    assert [row["event"] for row in changes if row["entity_id"] == pending.id][-1] == "connection.expired"
    assert acme.get(connected.path).ok()["status"] == "connected"
    assert valid(connected.id) == [connected.client_secret]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (302, b""),
        (200, b"<html>"),
        (200, b'{"access_token": 7}'),
        (200, b'{"access_token": "t"}'),  # and then no shop
        (500, b'{"error": "invalid_client"}'),
        (429, b"{}"),
        (402, b'{"errors": "Unavailable Shop"}'),
    ],
)
def test_an_answer_that_is_not_shopifys_proves_nothing(
    acme: Client, monkeypatch: pytest.MonkeyPatch, status: int, body: bytes
) -> None:
    from chalicelib.integrations.simulators.shopify import Answer

    monkeypatch.setattr(acme.world.simulators.shopify, "handle", lambda *_: Answer(status, body))
    pending = Shop(acme, is_installed=False).connection
    assert (pending["status"], pending["pending_reason"]) == ("pending", "no_answer")


def test_shopify_is_asked_at_the_shops_own_host_and_nowhere_else(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    from chalicelib.integrations.shopify import admin_api
    from chalicelib.kernel import config

    with monkeypatch.context() as patched:
        patched.delenv("NOVEX_PLATFORM_SHOPIFY_URL")
        config.current.cache_clear()
        assert admin_api.shop("novex-bikes.myshopify.com").base == "https://novex-bikes.myshopify.com"
    config.current.cache_clear()
    for bad in ("evil.example", "a.myshopify.com/x", "a.myshopify.com\n", "a.myshopify.com.evil.example", "", "{shop}"):
        with pytest.raises(ValueError, match="not a domain of Shopify"):
            admin_api.shop(bad)


@contextmanager
def at_most(connections: int) -> Iterator[None]:
    """A setting of the deployment."""
    from chalicelib.kernel import config

    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("NOVEX_CONNECTIONS_MAX", str(connections))
        config.current.cache_clear()
        yield
    config.current.cache_clear()


def test_a_tenant_has_only_so_many_connections_pending_ones_counted(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with at_most(2):
        first, second = Shop(acme), Shop(acme, is_installed=False)
        paths = asked(acme.world, monkeypatch)
        problem = acme.post(CONNECTIONS, requested(acme)).refused(409, "quota_reached")
        assert "2 connections" in problem["detail"]
        assert paths == []
        Shop(acme.world.tenant())
        acme.post(f"{second.path}/disconnect", etag=1).ok()
        assert Shop(acme, is_installed=False).connection["status"] == "pending"
        acme.post(CONNECTIONS, requested(acme)).refused(409, "quota_reached")
        acme.post(f"{first.path}/disconnect", etag=1).ok()
        acme.post(CONNECTIONS, requested(acme)).ok()


def test_connections_that_are_made_at_once_do_not_exceed_the_number(acme: Client) -> None:
    bodies = [requested(acme) for _ in range(6)]
    with at_most(3), ThreadPoolExecutor(6) as pool:
        replies = list(pool.map(lambda body: acme.post(CONNECTIONS, body), bodies))
    assert sorted(reply.status for reply in replies) == [201, 201, 201, 409, 409, 409]
    vault = acme.world.aws.client("secretsmanager")
    pages = vault.get_paginator("list_secrets").paginate(Filters=[{"Key": "tag-value", "Values": [acme.tenant]}])
    assert sum(len(page["SecretList"]) for page in pages) == 3


def test_a_tenant_asks_shopify_only_so_often_a_day(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from chalicelib.integrations.connections import service

    monkeypatch.setattr(service, "QUESTIONS", replace(service.QUESTIONS, most=2))
    shop = Shop(acme, is_installed=False)
    acme.post(f"{shop.path}/verify", etag=1).ok()
    paths = asked(acme.world, monkeypatch)
    acme.post(f"{shop.path}/verify", etag="*").refused(409, "quota_reached")
    acme.post(CONNECTIONS, requested(acme)).refused(409, "quota_reached")
    assert paths == []
    Shop(acme.world.tenant())


def test_a_flood_of_unknown_ids_pushes_no_live_connection_out_of_the_cache(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.integrations.connections import lookup
    from chalicelib.kernel import ids
    from chalicelib.kernel.ttl_cache import TtlCache

    for name in ("_live", "_unknown"):
        monkeypatch.setattr(lookup, name, TtlCache(lookup.CACHE_SECONDS, 3))
    shop = Shop(acme)
    shop.deliver({"id": 1}).ok()
    for _ in range(10):
        acme.world.anonymous().call("POST", f"/webhooks/shopify/{ids.new('con')}", b"{}").refused(401, "bad_signature")
    names: list[str] = []
    monkeypatch.setattr(lookup, "_load", names.append)
    shop.deliver({"id": 2}).ok()
    assert names == []
    gone = ids.new("con")
    for _ in range(3):
        acme.world.anonymous().call("POST", f"/webhooks/shopify/{gone}", b"{}").refused(401, "bad_signature")
    assert names == [gone]
