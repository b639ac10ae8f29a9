"""Connecting and disconnecting when the process dies in between, or the caller asks twice at once."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest

from infra.local.shim import Faults
from tests.integrations.shops import Shop, requested
from tests.integrations.test_connections import stored, valid
from tests.world import Client, Reply


def faults() -> Faults:
    from chalicelib.kernel.dynamo import client

    return Faults(client.dynamodb())


def met(injected: Faults) -> bool:
    """Whether there was a call to meet the fault."""
    return any(call.fault for call in injected.calls)


def installed(body: dict[str, Any], acme: Client) -> dict[str, Any]:
    """The request, after its app was installed in its shop at Shopify."""
    acme.world.simulators.shopify.install(body["shop_domain"], body["client_id"], body["client_secret"])
    return body


def secrets_of(acme: Client) -> list[str]:
    """Connection ids of this tenant that have a secret."""
    vault = acme.world.aws.client("secretsmanager")
    pages = vault.get_paginator("list_secrets").paginate(Filters=[{"Key": "tag-value", "Values": [acme.tenant]}])
    return [found["Name"].rpartition("/")[2] for page in pages for found in page["SecretList"]]


@pytest.mark.parametrize("kind", ["crash_before", "crash_after", "reply_lost", "throttle"])
def test_a_repeated_connect_ends_with_one_connection_that_works(acme: Client, kind: Any) -> None:
    for number in count(1):
        body = installed(requested(acme), acme)
        with faults() as injected:
            injected.at(number, kind)
            acme.post("/v1/integrations/connections", body, key=f"k-{number}")
        made = acme.post("/v1/integrations/connections", body, key=f"k-{number}").ok()
        assert valid(made["id"]) == [body["client_secret"]], number
        if not met(injected):
            break
    assert number > 3
    assert len(acme.get("/v1/integrations/connections").ok()["data"]) == number


def test_the_same_command_twice_at_once_makes_one_connection_and_leaves_one_secret(acme: Client) -> None:
    body = installed(requested(acme), acme)
    with ThreadPoolExecutor(6) as pool:
        replies = list(pool.map(lambda _: acme.post("/v1/integrations/connections", body, key="k"), range(6)))
    assert len({reply.ok()["id"] for reply in replies}) == 1
    assert secrets_of(acme) == [replies[0].json["id"]]


def test_two_tenants_that_want_one_shop_at_once_do_not_both_get_it(acme: Client) -> None:
    tenants = [acme, *(acme.world.tenant() for _ in range(3))]
    bodies = [installed({**requested(each), "shop_domain": "contested.myshopify.com"}, each) for each in tenants]

    def connect(number: int) -> Reply:
        return tenants[number].post("/v1/integrations/connections", bodies[number])

    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(connect, range(4)))
    assert sorted(reply.status for reply in replies) == [201, 409, 409, 409]
    assert sum(len(secrets_of(each)) for each in tenants) == 1


@pytest.mark.parametrize("kind", ["crash_before", "crash_after", "reply_lost"])
def test_a_repeated_disconnect_deletes_the_secret(acme: Client, kind: Any) -> None:
    for number in count(1):
        shop = Shop(acme)
        with faults() as injected:
            injected.at(number, kind)
            acme.post(f"{shop.path}/disconnect", etag=1, key="k")
        assert acme.post(f"{shop.path}/disconnect", etag=1, key="k").ok()["status"] == "disconnected"
        assert stored(shop.id) is None, number
        shop.deliver(b"{}").refused(401, "bad_signature")
        if not met(injected):
            break
    assert number > 3


def test_a_secret_left_by_a_process_that_died_while_disconnecting_is_deleted(acme: Client) -> None:
    from chalicelib.integrations.connections import sweep, vault

    shop = Shop(acme)
    settle, vault.settle = vault.settle, lambda *_: None
    try:
        acme.post(f"{shop.path}/disconnect", etag=1).ok()
    finally:
        vault.settle = settle
    assert stored(shop.id) is not None
    assert valid(shop.id) == []
    sweep.run()
    assert stored(shop.id) is None
