"""Customers that another system sends."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.world import Client


def match(acme: Client, number: str, **fields: Any) -> Any:
    from chalicelib.kernel.call import Call
    from chalicelib.kernel.external_refs import ExternalRef
    from chalicelib.kernel.tenant import Tenant
    from chalicelib.parties.customers import customer_matching
    from chalicelib.parties.customers.schemas import NewCustomer
    from chalicelib.parties.parties.schemas import PartyContact, PartyKind

    email = fields.get("email", "ada@example.com")
    contacts = [PartyContact(email=email)] if email else []
    requested = NewCustomer(kind=PartyKind.PERSON, name=fields.get("name", "Ada"), contacts=contacts)
    call = Call.system(Tenant(acme.tenant), "test")
    return customer_matching.match_or_create(call, requested, ExternalRef(fields.get("system", "shop"), number))


def listed(acme: Client) -> list[str]:
    return [customer["id"] for customer in acme.get("/v1/customers").ok()["data"]]


def test_the_same_reference_is_the_same_customer(acme: Client) -> None:
    first = match(acme, "1")
    assert match(acme, "1", name="Renamed", email="other@example.com") == first
    assert listed(acme) == [first.id]


def test_a_known_email_gets_the_reference_and_keeps_its_data(acme: Client) -> None:
    body = {"kind": "company", "name": "Engines", "contacts": [{"email": "Ada@example.com"}]}
    ours = acme.post("/v1/customers", body).ok()
    assert match(acme, "1").id == ours["id"]
    now = acme.get(f"/v1/customers/{ours['id']}").ok()
    assert (now["name"], now["external_refs"]) == ("Engines", [{"system": "shop", "id": "1"}])


def test_an_archived_customer_is_not_matched_by_email(acme: Client) -> None:
    body = {"kind": "company", "name": "Engines", "contacts": [{"email": "ada@example.com"}]}
    ours = acme.post("/v1/customers", body).ok()
    acme.post(f"/v1/customers/{ours['id']}/archive", etag=1).ok()
    assert match(acme, "1").id != ours["id"]


def test_without_an_address_each_reference_is_a_customer(acme: Client) -> None:
    assert match(acme, "1", email=None).id != match(acme, "2", email=None).id


def test_an_address_that_moved_on_is_adopted_anew(acme: Client) -> None:
    first = match(acme, "1")
    acme.patch(f"/v1/customers/{first.id}", {"contacts": []}, etag=1).ok()
    second = match(acme, "2")
    assert second.id != first.id
    assert match(acme, "3").id == second.id


def test_adoptions_of_one_address_at_the_same_time_make_one_customer(acme: Client) -> None:
    with ThreadPoolExecutor(8) as pool:
        match_or_create = list(pool.map(lambda number: match(acme, str(number)).id, range(8)))
    assert len(set(match_or_create)) == 1
    assert listed(acme) == [match_or_create[0]]


def test_adoptions_of_one_reference_at_the_same_time_make_one_customer(acme: Client) -> None:
    with ThreadPoolExecutor(8) as pool:
        match_or_create = list(pool.map(lambda _: match(acme, "1", email=None).id, range(8)))
    assert len(set(match_or_create)) == 1
    assert listed(acme) == [match_or_create[0]]


def test_a_reference_that_came_between_the_look_at_it_and_the_look_at_the_customer_is_not_added_twice(
    acme: Client,
) -> None:
    from chalicelib.kernel.call import Call
    from chalicelib.kernel.external_refs import ExternalRef
    from chalicelib.kernel.tenant import Tenant
    from chalicelib.kernel.work import Work
    from chalicelib.parties.customers import customer_matching
    from chalicelib.parties.customers.schemas import NewCustomer
    from chalicelib.parties.parties.schemas import PartyContact, PartyKind
    from chalicelib.parties.parties.tables import REF_KIND

    reference = ExternalRef("shop", "1")
    work = Work(Call.system(Tenant(acme.tenant), "test"))
    assert work.owners(REF_KIND, [reference.value]) == {}
    first = match(acme, "1")
    requested = NewCustomer(kind=PartyKind.PERSON, name="Ada", contacts=[PartyContact(email="ada@example.com")])
    assert customer_matching.match(work, requested, reference) == first
    assert work.actions == []
