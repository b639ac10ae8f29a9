"""Connections through the API, and where their secrets are."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest

from tests.integrations.shops import Shop, domain, requested, secret, warehouse
from tests.world import Client


def stored(connection_id: str) -> Any:
    from chalicelib.kernel import secrets

    return secrets.read(secrets.name("connections", connection_id), fresh=True)


def valid(connection_id: str) -> list[str]:
    from chalicelib.integrations.connections import lookup
    from chalicelib.integrations.connections.schemas import Platform

    lookup.forget()
    found = lookup.live(Platform.SHOPIFY, connection_id)
    return [] if found is None else [each.decode() for each in found.secrets]


def everything_stored() -> str:
    """Every row of every table, unpacked as far as it is packed."""
    from chalicelib import modules
    from chalicelib.kernel.dynamo import client
    from tests.contract.watching import opened

    texts = []
    for model in modules.tables():
        for page in client.dynamodb().get_paginator("scan").paginate(TableName=model.table_name()):
            for item in page["Items"]:
                texts += [str(item), str(opened(model.read(item)))]
    return "\n".join(texts)


def test_a_shop_is_connected_and_its_secret_is_only_in_the_vault(acme: Client) -> None:
    shop = Shop(acme)
    assert shop.connection["status"] == "connected"
    assert shop.connection["webhook_path"] == f"/webhooks/shopify/{shop.id}"
    assert (shop.connection["reservation"], shop.connection["auto_confirm"]) == ("partial", True)
    assert stored(shop.id) == {"secrets": [shop.client_secret]}
    assert valid(shop.id) == [shop.client_secret]
    assert acme.get(shop.path).ok() == shop.connection
    assert acme.get("/v1/integrations/connections").ok()["data"] == [shop.connection]
    assert shop.client_secret not in json.dumps(shop.connection)
    assert shop.client_secret not in everything_stored()


def test_the_vault_names_the_tenant_of_each_secret(acme: Client) -> None:
    shop = Shop(acme)
    from chalicelib.kernel import secrets

    described = acme.world.aws.client("secretsmanager").describe_secret(SecretId=secrets.name("connections", shop.id))
    assert described["Tags"] == [{"Key": "tenant", "Value": acme.tenant}]


@pytest.mark.parametrize(
    "bad",
    [
        "shop.example.com",
        "UPPER.myshopify.com",
        "-a.myshopify.com",
        "a.myshopify.com.evil.com",
        "a b.myshopify.com",
        "a.myshopify.com\n.evil.com",
        "evil.com/a.myshopify.com",
        "a@evil.com.myshopify.com",
        "a.myshopify.com:444",
        "myshopify.com",
    ],
)
def test_only_a_domain_of_shopify_is_taken(acme: Client, bad: str) -> None:
    problem = acme.post("/v1/integrations/connections", {**requested(acme), "shop_domain": bad}).refused(422, "invalid")
    assert [error["pointer"] for error in problem["errors"]] == ["/shop_domain"]


def test_a_shop_or_a_secret_that_is_in_use_is_refused_only_when_it_is_proven_and_without_saying_whose(
    acme: Client,
) -> None:
    shop = Shop(acme)
    other = acme.world.tenant()
    body = {**requested(other), "shop_domain": shop.shop_domain}
    acme.world.simulators.shopify.install(shop.shop_domain, body["client_id"], body["client_secret"])
    problem = other.post("/v1/integrations/connections", body).refused(409, "already_exists")
    assert problem["errors"][0]["pointer"] == "/shop_domain"
    assert shop.id not in json.dumps(problem)
    same = {**body, "shop_domain": domain(), "client_secret": shop.client_secret}
    acme.world.simulators.shopify.install(same["shop_domain"], same["client_id"], same["client_secret"])
    problem = other.post("/v1/integrations/connections", same).refused(409, "already_exists")
    assert problem["errors"][0]["pointer"] == "/client_secret"
    assert shop.client_secret not in json.dumps(problem)
    assert other.get("/v1/integrations/connections").ok()["data"] == []


def test_a_refused_connection_leaves_no_secret_behind(acme: Client) -> None:
    shop = Shop(acme)
    canary = "canary_" + uuid.uuid4().hex
    shop.install(canary)
    body = {**shop.requested(), "client_secret": canary}
    acme.post("/v1/integrations/connections", body).refused(409, "already_exists")
    vault = acme.world.aws.client("secretsmanager")
    pages = vault.get_paginator("list_secrets").paginate()
    names = [found["Name"] for page in pages for found in page["SecretList"]]
    assert all(canary not in vault.get_secret_value(SecretId=name)["SecretString"] for name in names)


def test_an_unknown_warehouse_is_refused(acme: Client) -> None:
    elsewhere = warehouse(acme.world.tenant())
    body = {**requested(acme), "warehouse_id": elsewhere}
    problem = acme.post("/v1/integrations/connections", body).refused(422, "invalid")
    assert problem["errors"][0]["pointer"] == "/warehouse_id"


def test_connecting_again_with_the_same_key_gives_the_same_connection(acme: Client) -> None:
    body = requested(acme)
    first = acme.post("/v1/integrations/connections", body, key="k").ok()
    assert acme.post("/v1/integrations/connections", body, key="k").ok() == first
    assert len(acme.get("/v1/integrations/connections").ok()["data"]) == 1


def test_settings_change_and_roles_without_the_permission_are_refused(acme: Client) -> None:
    shop = Shop(acme)
    changed = acme.patch(shop.path, {"reservation": "full", "auto_confirm": False}, etag=1).ok()
    assert (changed["reservation"], changed["auto_confirm"]) == ("full", False)
    acme.as_("sales").patch(shop.path, {"auto_confirm": True}, etag=2).refused(403, "forbidden")
    acme.as_("sales").get(shop.path).refused(403, "forbidden")
    acme.world.tenant().get(shop.path).refused(404, "not_found")


def test_two_secrets_are_valid_after_a_rotation_until_the_old_one_is_dropped(acme: Client) -> None:
    shop = Shop(acme)
    new = shop.new_secret()
    rotated = acme.post(f"{shop.path}/rotate-secret", {"client_secret": new}, etag=1).ok()
    assert rotated["old_secret_until"] is not None
    assert "drop-old-secret" in rotated["allowed_transitions"]
    assert valid(shop.id) == [new, shop.client_secret]
    assert acme.post(f"{shop.path}/rotate-secret", {"client_secret": new}, etag=2).ok() == rotated
    acme.post(f"{shop.path}/drop-old-secret", etag=2).ok()
    assert valid(shop.id) == [new]
    assert stored(shop.id) == {"secrets": [new]}
    acme.post(f"{shop.path}/drop-old-secret", etag=3).refused(409, "transition_refused")
    text = everything_stored()
    assert new not in text
    assert shop.client_secret not in text


def test_an_old_secret_ends_by_itself_after_a_day(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from chalicelib.integrations.connections import sweep
    from chalicelib.kernel import clock

    shop = Shop(acme)
    new = shop.new_secret()
    acme.post(f"{shop.path}/rotate-secret", {"client_secret": new}, etag=1).ok()
    now = clock.now()
    monkeypatch.setattr(clock, "real", lambda: now + timedelta(hours=25))
    assert valid(shop.id) == [new]
    sweep.run()
    assert stored(shop.id) == {"secrets": [new]}


def test_a_third_secret_pushes_the_oldest_out(acme: Client) -> None:
    shop = Shop(acme)
    second, third = shop.new_secret(), shop.new_secret()
    acme.post(f"{shop.path}/rotate-secret", {"client_secret": second}, etag=1).ok()
    acme.post(f"{shop.path}/rotate-secret", {"client_secret": third}, etag=2).ok()
    assert valid(shop.id) == [third, second]
    acme.post(f"{shop.path}/rotate-secret", {"client_secret": shop.client_secret}, etag=3).ok()
    assert valid(shop.id) == [shop.client_secret, third]


def half_rotated(shop: Shop, new: str, etag: int = 1) -> None:
    """The connection names the new secret, and the process dies before it is stored."""
    from chalicelib.integrations.connections import vault

    settle, vault.settle = vault.settle, lambda *_: None
    try:
        shop.acme.post(f"{shop.path}/rotate-secret", {"client_secret": new}, etag=etag, key="k").ok()
    finally:
        vault.settle = settle
    assert valid(shop.id) == [shop.client_secret]


@pytest.mark.parametrize(("key", "etag"), [("k", 1), ("another", 2)])
def test_a_rotation_that_died_half_way_is_completed_by_its_repetition(acme: Client, key: str, etag: int) -> None:
    shop = Shop(acme)
    new = shop.new_secret()
    half_rotated(shop, new)
    acme.post(f"{shop.path}/rotate-secret", {"client_secret": new}, etag=etag, key=key).ok()
    assert valid(shop.id) == [new, shop.client_secret]


def test_the_old_secret_stays_as_long_as_the_new_one_never_arrived(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.integrations.connections import sweep
    from chalicelib.kernel import clock

    shop = Shop(acme)
    new = shop.new_secret()
    half_rotated(shop, new)
    acme.post(f"{shop.path}/drop-old-secret", etag=2).refused(409, "conflict")
    now = clock.now()
    monkeypatch.setattr(clock, "real", lambda: now + timedelta(hours=25))
    sweep.run()
    assert valid(shop.id) == [shop.client_secret]
    monkeypatch.setattr(clock, "real", lambda: now)
    shop.deliver(b"{}").ok()
    acme.post(f"{shop.path}/rotate-secret", {"client_secret": new}, etag=2).ok()
    acme.post(f"{shop.path}/drop-old-secret", etag=2).ok()
    assert stored(shop.id) == {"secrets": [new]}


def test_after_a_rotation_that_died_the_next_one_keeps_the_secret_that_is_stored(acme: Client) -> None:
    shop = Shop(acme)
    lost, third = shop.new_secret(), shop.new_secret()
    half_rotated(shop, lost)
    acme.post(f"{shop.path}/rotate-secret", {"client_secret": third}, etag=2).ok()
    assert valid(shop.id) == [third, shop.client_secret]
    assert Shop(acme, client_secret=lost).connection["status"] == "connected"


def test_a_secret_that_is_still_valid_can_be_made_the_newest_again(acme: Client) -> None:
    shop = Shop(acme)
    new = shop.new_secret()
    acme.post(f"{shop.path}/rotate-secret", {"client_secret": new}, etag=1).ok()
    acme.post(f"{shop.path}/rotate-secret", {"client_secret": shop.client_secret}, etag=2).ok()
    assert valid(shop.id) == [shop.client_secret, new]


def test_disconnecting_deletes_the_secret_and_frees_shop_and_secret(acme: Client) -> None:
    shop = Shop(acme)
    gone = acme.post(f"{shop.path}/disconnect", etag=1).ok()
    assert (gone["status"], gone["allowed_transitions"]) == ("disconnected", [])
    assert stored(shop.id) is None
    assert valid(shop.id) == []
    acme.post(f"{shop.path}/disconnect", etag=2).refused(409, "transition_refused")
    again = acme.post("/v1/integrations/connections", shop.requested()).ok()
    assert again["id"] != shop.id
    assert acme.get("/v1/integrations/connections?status=disconnected").ok()["data"] == [gone]


def test_secrets_that_belong_to_nothing_are_deleted_when_they_are_old_enough(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.integrations.connections import sweep, vault
    from chalicelib.kernel import clock, ids
    from chalicelib.kernel.tenant import Tenant

    shop = Shop(acme)
    orphan = ids.new("con")
    vault.put(orphan, Tenant(acme.tenant), secret())
    sweep.run()
    assert stored(orphan) is not None
    now = clock.now()
    monkeypatch.setattr(clock, "real", lambda: now + timedelta(hours=2))
    sweep.run()
    assert stored(orphan) is None
    assert stored(shop.id) == {"secrets": [shop.client_secret]}
