"""Shopify's three privacy topics, from the webhook to the end."""

from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import Contention
from chalicelib.kernel.tenant import Tenant
from chalicelib.privacy.platforms import consumers
from tests.integrations.shops import Shop
from tests.privacy.execution.test_carrying_out import decided, erased
from tests.privacy.persons.test_erasing import traces
from tests.privacy.requests.asking import REQUESTS
from tests.world import Client

EMAIL = "shopper@example.com"


@pytest.fixture
def shop(acme: Client) -> Shop:
    return Shop(acme)


def customer(acme: Client, shop: Shop) -> Any:
    name = shop.shop_domain.partition(".")[0]
    body = {
        "kind": "person",
        "name": "Sam Shopper",
        "contacts": [{"email": EMAIL}],
        "external_refs": [{"system": f"shopify:{name}:customer", "id": "7"}],
    }
    return acme.post("/v1/customers", body).ok()


def deliver(shop: Shop, topic: str, **members: Any) -> None:
    body = {"shop_id": 1, "shop_domain": shop.shop_domain, **members}
    shop.deliver(body, topic=topic).ok()
    shop.acme.world.settle()


def requests(acme: Client) -> list[Any]:
    return list(acme.get(REQUESTS).ok()["data"])


def inbox_of(acme: Client) -> Any:
    return acme.get("/v1/integrations/inbox").ok()["data"][0]


def test_a_request_for_data_is_searched_and_waits_for_an_officer(acme: Client, shop: Shop) -> None:
    found = customer(acme, shop)
    deliver(
        shop, "customers/data_request", customer={"id": 7, "email": EMAIL}, orders_requested=[1], data_request={"id": 9}
    )
    (request,) = requests(acme)
    assert (request["kind"], request["channel"], request["identity_how"]) == ("access", "platform", "platform")
    assert request["subject"]["document_ids"] == [found["id"]]
    assert request["status"] == "scoping"
    search = acme.get(f"/v1/privacy/searches/{request['search_id']}").ok()
    assert found["id"] in search["found_document_ids"]
    assert (inbox_of(acme)["state"], inbox_of(acme)["reason"]) == ("done", "privacy_request")


def test_a_redaction_erases_the_buyer_once_it_was_granted(acme: Client, shop: Shop) -> None:
    customer(acme, shop)
    deliver(shop, "customers/redact", customer={"id": 7, "email": EMAIL, "phone": None}, orders_to_redact=[])
    (request,) = requests(acme)
    assert request["kind"] == "erasure"
    decided(acme, request)
    done = erased(acme, request)
    assert (done["status"], done["recipients"]) == (
        "notifying_recipients",
        [{"name": f"shopify:{shop.shop_domain.partition('.')[0]}", "told_at": None, "receipt": ""}],
    )
    assert [each for each in traces(acme, EMAIL) if not each.startswith("PrivacyRequest/")] == []


def test_what_comes_twice_is_asked_once(acme: Client, shop: Shop) -> None:
    for _ in range(2):
        deliver(shop, "customers/redact", customer={"id": 7, "email": EMAIL}, orders_to_redact=[1])
    assert len(requests(acme)) == 1


def test_whoever_dies_in_between_is_followed_by_the_next(
    acme: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise Contention()

    body = {"shop_id": 1, "shop_domain": shop.shop_domain, "customer": {"id": 7}, "orders_to_redact": [1]}
    shop.deliver(body, topic="customers/redact").ok()
    with monkeypatch.context() as dying:
        dying.setattr(consumers.inbox, "hand_over", die)
        with pytest.raises(Contention):
            consumers.take_over(
                Call.system(Tenant(acme.tenant), "test"), [SimpleNamespace(entity_id=inbox_of(acme)["id"])]
            )
    assert requests(acme) == []
    acme.world.settle()
    assert len(requests(acme)) == 1


def test_a_value_that_is_no_address_is_left_out(acme: Client, shop: Shop) -> None:
    deliver(shop, "customers/redact", customer={"id": 7, "email": "not one"}, orders_to_redact=[1])
    (request,) = requests(acme)
    assert request["subject"]["emails"] == []
    assert request["subject"]["external_ids"][0]["external_id"] == "7"


def test_the_request_of_a_whole_shop_waits_for_a_person(acme: Client, shop: Shop) -> None:
    deliver(shop, "shop/redact")
    assert requests(acme) == []
    assert (inbox_of(acme)["state"], inbox_of(acme)["allowed_transitions"]) == ("quarantined", ["dismiss"])
