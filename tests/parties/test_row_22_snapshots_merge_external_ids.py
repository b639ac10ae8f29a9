"""Row 22 of the acceptance checklist: documents keep copies of addresses, parties are merged, external ids follow."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.kernel import clock
from tests.factories import Shop, shop
from tests.parties.people import ADDRESS, VAT, content, customer, found, merge, read, unmerge, vendor
from tests.parties.test_customer_matching import match
from tests.world import Client, World

CLOCK = "/v1/sandbox/clock"
REFERENCE = {"system": "crm", "id": "7"}
ELSEWHERE = {**ADDRESS, "kind": "billing", "city": "Bonn", "postal_code": "53111"}


def pair(client: Client) -> tuple[Any, Any]:
    """Two entries of one firm: the second one is to remain."""
    one = customer(
        client,
        name="Lovelace GmbH",
        number="K-1",
        contacts=[{"name": "Ada", "email": "ada@love.example", "phone": "0731 1234567"}],
        addresses=[ADDRESS, ELSEWHERE],
        tax_ids=[VAT],
        external_refs=[REFERENCE],
    )
    two = customer(client, name="Lovelace", number="K-2", addresses=[{**ADDRESS, "city": " ulm"}], notes="Old friends.")
    return one, two


def orders_of(client: Client, party: Any) -> list[str]:
    return [each["id"] for each in client.get(f"/v1/sales-orders?customer_id={party['id']}").ok()["data"]]


# --- snapshots --------------------------------------------------------------------------------------------------------


def test_an_order_keeps_its_copy_of_the_address_when_the_customer_moves_or_is_merged(acme: Client) -> None:
    place, (one, two) = shop(acme), pair(acme)
    order = place.order((place.item()["id"], 1), customer_id=one["id"])
    copied = {name: value for name, value in order["shipping_address"].items() if name in ADDRESS}
    assert copied == {name: value for name, value in ADDRESS.items() if name != "kind"}
    acme.patch(f"/v1/customers/{one['id']}", {"addresses": [ELSEWHERE]}, etag=1).ok()
    merge(acme, one, two)
    acme.world.settle()
    now = acme.get(f"/v1/sales-orders/{order['id']}").ok()
    for name in ("shipping_address", "billing_address"):
        assert now[name] == order[name]


# --- what a merge does ------------------------------------------------------------------------------------------------


def test_the_one_that_remains_gets_what_it_lacks_and_keeps_what_it_has(acme: Client) -> None:
    one, two = pair(acme)
    merged = merge(acme, one, two)
    assert (merged["status"], merged["merged_into"]) == ("merged", two["id"])
    assert merged["allowed_transitions"] == ["unmerge"]
    assert read(acme, one) == merged
    remains = read(acme, two)
    assert remains["contacts"] == one["contacts"]
    assert remains["addresses"] == [*two["addresses"], one["addresses"][1]]
    assert (remains["tax_ids"], remains["external_refs"]) == ([VAT], [REFERENCE])
    assert (remains["name"], remains["number"], remains["notes"]) == ("Lovelace", "K-2", "Old friends.")


def test_all_by_which_the_merged_one_was_found_finds_the_one_that_remains(acme: Client) -> None:
    one, two = pair(acme)
    merge(acme, one, two)
    acme.world.settle()
    for query in ("email=ada@love.example", "phone=0731%201234567", "tax_id=129273398", "number=K-1", "number=K-2"):
        assert found(acme, query) == [two["id"]], query
    assert found(acme, "external_system=crm&external_id=7") == [two["id"]]
    assert found(acme, "q=lovelace") == found(acme, "q=ada%20love") == [two["id"]]
    assert (found(acme, ""), found(acme, "status=merged")) == ([two["id"]], [one["id"]])
    assert set(found(acme, "updated_since=2020-01-01T00:00:00Z")) == {one["id"], two["id"]}
    problem = acme.post("/v1/customers", {"kind": "company", "name": "x", "external_refs": [REFERENCE]})
    problem.refused(409, "already_exists")
    acme.post("/v1/customers", {"kind": "company", "name": "x", "number": "k-1"}).refused(409, "already_exists")


def test_new_documents_that_name_the_merged_one_use_the_one_that_remains(acme: Client) -> None:
    place, (one, two) = shop(acme), pair(acme)
    merge(acme, one, two)
    order = place.order((place.item()["id"], 1), customer_id=one["id"])
    assert (order["customer_id"], order["former_customer_id"]) == (two["id"], None)
    assert orders_of(acme, two) == [order["id"]]


def test_existing_orders_follow_and_can_go_on(acme: Client) -> None:
    place, (one, two) = shop(acme), pair(acme)
    item = place.item(on_hand=10)["id"]
    order = place.order((item, 2), customer_id=one["id"], customer_reference="PO-1")
    theirs = place.order((item, 1), customer_id=two["id"])
    merge(acme, one, two)
    acme.world.settle()
    assert orders_of(acme, two) == [theirs["id"], order["id"]]
    assert orders_of(acme, one) == []
    moved = acme.get(f"/v1/sales-orders/{order['id']}?include=customer").ok()
    assert (moved["customer_id"], moved["former_customer_id"]) == (two["id"], one["id"])
    assert {moved["included"][each]["name"] for each in (one["id"], two["id"])} == {"Lovelace GmbH", "Lovelace"}
    confirmed = acme.post(f"/v1/sales-orders/{order['id']}/confirm", etag=moved["version"]).ok()
    assert (confirmed["status"], confirmed["customer_reference"]) == ("confirmed", "PO-1")
    reason = {"reason": "customer"}
    cancelled = acme.post(f"/v1/sales-orders/{order['id']}/cancel", reason, etag=confirmed["version"]).ok()
    assert cancelled["status"] == "cancelled"


def test_an_order_that_was_begun_before_the_merge_follows_too(acme: Client) -> None:
    from chalicelib.jobs.schemas import Job
    from chalicelib.kernel.call import Call
    from chalicelib.kernel.tenant import Tenant
    from chalicelib.sales.orders import merged_customers

    place, (one, two) = shop(acme), pair(acme)
    item = place.item()["id"]
    merge(acme, one, two)
    acme.world.settle()
    late = _committed_late(acme, place, item, one["id"])
    assert acme.get(f"/v1/sales-orders/{late}").ok()["customer_id"] == one["id"]
    (waiting,) = acme.get(f"/v1/jobs?kind={merged_customers.KIND}").ok()["data"]
    assert waiting["state"] == "running"
    import msgspec

    call, job = Call.system(Tenant(acme.tenant), "test"), msgspec.convert(waiting, Job)
    steps = [merged_customers.step(call, job) for _ in range(2)]
    assert [(step.done, step.progress) for step in steps] == [(False, 1), (True, 0)]
    assert orders_of(acme, two) == [late]


def _committed_late(acme: Client, place: Shop, item: str, customer_id: str) -> str:
    """An order whose use case read the customer before the merge."""
    from chalicelib.kernel.call import Call
    from chalicelib.kernel.dynamo import store
    from chalicelib.kernel.tenant import Tenant
    from chalicelib.sales.orders import repository
    from chalicelib.sales.orders.tables import SalesOrder

    order = place.order((item, 1))
    tenant = Call.system(Tenant(acme.tenant), "test").tenant
    changes = [SalesOrder.customer_id.set(customer_id), SalesOrder.customer_key.set(tenant.key(customer_id))]
    assert store.write(store.update(repository.ref(tenant, order["id"]), changes))
    return str(order["id"])


def test_a_merged_one_cannot_be_changed(acme: Client) -> None:
    one, two = pair(acme)
    merge(acme, one, two)
    path = f"/v1/customers/{one['id']}"
    refused = acme.patch(path, {"name": "x"}, etag=2).refused(409, "party_merged")
    assert refused["merged_into"] == two["id"]
    assert acme.post(f"{path}/archive", etag=2).refused(409, "transition_refused")["allowed_transitions"] == ["unmerge"]
    acme.post(f"{path}/merge", {"into": two["id"]}, etag=2).refused(409, "transition_refused")
    acme.post(f"{path}/make-vendor", {}, etag=2).refused(409, "party_merged")


@pytest.mark.parametrize("case", ["itself", "archived", "merged", "unknown", "vendor of others"])
def test_what_cannot_take_anothers_place_is_said(acme: Client, case: str) -> None:
    one, two, three = customer(acme), customer(acme), customer(acme)
    into, code, client = two["id"], "", acme
    if case == "itself":
        into, code = one["id"], "same_party"
    elif case == "archived":
        acme.post(f"/v1/customers/{two['id']}/archive", etag=1).ok()
        code = "archived_party"
    elif case == "merged":
        merge(acme, two, three)
        code = "merged_party"
    elif case == "unknown":
        into, code = "pty_" + "0" * 26, "unknown_party"
    else:
        into, code, client = vendor(acme)["id"], "unknown_party", acme.as_("sales")
    problem = client.post(f"/v1/customers/{one['id']}/merge", {"into": into}, etag=1).refused(422, "invalid")
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [("/into", code)]
    assert read(acme, one)["status"] == "active"


def test_an_archived_one_is_restored_before_it_is_merged(acme: Client) -> None:
    one, two = pair(acme)
    acme.post(f"/v1/customers/{one['id']}/archive", etag=1).ok()
    refused = acme.post(f"/v1/customers/{one['id']}/merge", {"into": two["id"]}, etag=2)
    assert refused.refused(409, "transition_refused")["allowed_transitions"] == ["restore"]


def test_together_they_have_no_more_than_one_may_have(acme: Client) -> None:
    one = customer(acme, contacts=[{"email": f"a{number}@x.example"} for number in range(12)])
    two = customer(acme, contacts=[{"email": f"b{number}@x.example"} for number in range(12)])
    problem = acme.post(f"/v1/customers/{one['id']}/merge", {"into": two["id"]}, etag=1).refused(422, "invalid")
    assert [error["code"] for error in problem["errors"]] == ["too_many"]
    assert found(acme, "email=a1@x.example") == [one["id"]]


# --- chains -----------------------------------------------------------------------------------------------------------


def test_merges_one_after_the_other_lead_to_the_last_one(acme: Client) -> None:
    place, (one, two), three = shop(acme), pair(acme), customer(acme)
    order = place.order((place.item()["id"], 1), customer_id=one["id"])
    merge(acme, one, two)
    merge(acme, two, three)
    acme.world.settle()
    assert orders_of(acme, three) == [order["id"]]
    assert found(acme, "email=ada@love.example") == found(acme, "number=K-1") == [three["id"]]
    assert place.order((place.item()["id"], 1), customer_id=one["id"])["customer_id"] == three["id"]
    assert read(acme, one)["merged_into"] == two["id"]
    problem = acme.post(f"/v1/customers/{three['id']}/merge", {"into": one["id"]}, etag=2).refused(422, "invalid")
    assert problem["errors"][0]["code"] == "merged_party"


def test_a_chain_is_undone_from_its_end(acme: Client) -> None:
    place, (one, two), three = shop(acme), pair(acme), customer(acme)
    order = place.order((place.item()["id"], 1), customer_id=one["id"])
    merge(acme, one, two)
    merge(acme, two, three)
    acme.world.settle()
    version = read(acme, one)["version"]
    refused = acme.post(f"/v1/customers/{one['id']}/unmerge", etag=version).refused(409, "merge_not_undoable")
    assert three["id"] in refused["detail"]
    unmerge(acme, two)
    acme.world.settle()
    assert orders_of(acme, two) == [order["id"]]
    unmerge(acme, one)
    acme.world.settle()
    assert orders_of(acme, one) == [order["id"]]
    shown = acme.get(f"/v1/sales-orders/{order['id']}").ok()
    assert (shown["customer_id"], shown["former_customer_id"]) == (one["id"], None)


def test_the_last_of_several_merges_into_one_is_undone_first(acme: Client) -> None:
    (one, two), three = pair(acme), customer(acme)
    merge(acme, one, two)
    merge(acme, three, two)
    refused = acme.post(f"/v1/customers/{one['id']}/unmerge", etag=2).refused(409, "merge_not_undoable")
    assert three["id"] in refused["detail"]
    unmerge(acme, three)
    assert content(unmerge(acme, one)) == content(one)


# --- undoing ----------------------------------------------------------------------------------------------------------


def test_undoing_a_merge_gives_both_back_as_they_were(acme: Client) -> None:
    place, (one, two) = shop(acme), pair(acme)
    order = place.order((place.item()["id"], 1), customer_id=one["id"])
    merge(acme, one, two)
    acme.world.settle()
    since = place.order((place.item()["id"], 1), customer_id=one["id"])
    assert content(unmerge(acme, one)) == content(one)
    acme.world.settle()
    assert content(read(acme, two)) == content(two)
    for query in ("email=ada@love.example", "phone=0731%201234567", "number=K-1", "q=ada%20lovelace"):
        assert found(acme, query) == [one["id"]], query
    assert found(acme, "external_system=crm&external_id=7") == [one["id"]]
    assert (found(acme, ""), found(acme, "status=merged")) == ([two["id"], one["id"]], [])
    assert (orders_of(acme, one), orders_of(acme, two)) == ([order["id"]], [since["id"]])


def test_what_was_changed_since_the_merge_stays(acme: Client) -> None:
    one, two = pair(acme)
    merge(acme, one, two)
    remains = read(acme, two)
    changed = {
        "contacts": [{**remains["contacts"][0], "role": "Owner"}, {"email": "new@love.example"}],
        "external_refs": [{"system": "crm", "id": "8"}],
        "name": "Lovelace & Co",
    }
    acme.patch(f"/v1/customers/{two['id']}", changed, etag=remains["version"]).ok()
    back = unmerge(acme, one)
    assert (back["contacts"], back["external_refs"]) == (one["contacts"], [])
    now = read(acme, two)
    assert [each["email"] for each in now["contacts"]] == ["ada@love.example", "new@love.example"]
    assert (now["name"], now["external_refs"], now["addresses"]) == (
        "Lovelace & Co",
        changed["external_refs"],
        two["addresses"],
    )
    assert sorted(found(acme, "email=ada@love.example")) == sorted([one["id"], two["id"]])


def test_a_merge_is_undone_within_a_day_only(world: World) -> None:
    for seconds, in_time in ((0, True), (1, False)):
        client = world.tenant(is_sandbox=True)
        one, two = pair(client)
        begun = clock.real() + timedelta(hours=1)
        client.post(CLOCK, {"at": clock.text(begun), "is_frozen": True}).ok()
        merge(client, one, two)
        later = begun + timedelta(hours=24, seconds=seconds)
        client.post(CLOCK, {"at": clock.text(later), "is_frozen": True}).ok()
        assert read(client, one)["allowed_transitions"] == (["unmerge"] if in_time else [])
        if in_time:
            assert content(unmerge(client, one)) == content(one)
        else:
            refused = client.post(f"/v1/customers/{one['id']}/unmerge", etag=2).refused(409, "merge_not_undoable")
            assert "24 hours" in refused["detail"]


def test_what_is_not_merged_cannot_be_unmerged(acme: Client) -> None:
    one = customer(acme)
    acme.post(f"/v1/customers/{one['id']}/unmerge", etag=1).refused(409, "transition_refused")


# --- both roles -------------------------------------------------------------------------------------------------------


def test_a_customer_that_is_merged_into_a_vendor_makes_it_a_customer_too_until_that_is_undone(acme: Client) -> None:
    firm, gears = customer(acme, number="K-1", group="retail"), vendor(acme, number="L-1")
    merge(acme, firm, gears)
    both = read(acme, gears)
    assert (both["roles"], both["number"], both["group"]) == (["customer", "vendor"], "K-1", "retail")
    assert found(acme, "number=K-1") == [gears["id"]]
    assert content(unmerge(acme, firm)) == content(firm)
    acme.get(f"/v1/customers/{gears['id']}").refused(404, "not_found")
    assert (found(acme, "number=K-1"), found(acme, "number=L-1", "vendors")) == ([firm["id"]], [gears["id"]])


def test_a_role_whose_terms_were_changed_since_stays(acme: Client) -> None:
    firm, gears = customer(acme, number="K-1"), vendor(acme)
    merge(acme, firm, gears)
    acme.patch(f"/v1/customers/{gears['id']}", {"group": "trade"}, etag=2).ok()
    assert unmerge(acme, firm)["number"] is None
    assert (read(acme, gears)["number"], read(acme, gears)["group"]) == ("K-1", "trade")
    assert found(acme, "number=K-1") == [gears["id"]]


def test_who_merges_may_write_all_roles_of_both(acme: Client) -> None:
    firm, gears = customer(acme), vendor(acme)
    both = acme.post(f"/v1/vendors/{gears['id']}/make-customer", {}, etag=1).ok()
    path = f"/v1/customers/{firm['id']}/merge"
    acme.as_("sales").post(path, {"into": both["id"]}, etag=1).refused(403, "forbidden")
    acme.as_("accounting").post(path, {"into": both["id"]}, etag=1).ok()
    acme.as_("sales").post(f"/v1/customers/{firm['id']}/unmerge", etag=2).refused(403, "forbidden")
    acme.as_("warehouse").post(path, {"into": both["id"]}, etag=1).refused(403, "forbidden")


def test_vendors_are_merged_at_their_own_door(acme: Client) -> None:
    one, two = vendor(acme, number="L-1", external_refs=[REFERENCE]), vendor(acme, number="L-2")
    assert merge(acme, one, two, "vendors")["merged_into"] == two["id"]
    assert found(acme, "number=L-1", "vendors") == [two["id"]]
    assert content(unmerge(acme, one, "vendors")) == content(one)


# --- external ids -----------------------------------------------------------------------------------------------------


def test_a_platforms_buyer_is_the_one_that_remains_by_its_id_and_by_its_address(acme: Client) -> None:
    first = match(acme, "1")
    ours = customer(acme)
    merge(acme, {"id": first.id}, ours)
    assert match(acme, "1").id == ours["id"]
    assert match(acme, "2").id == ours["id"]
    unmerge(acme, {"id": first.id})
    assert match(acme, "1").id == first.id


def test_a_platforms_buyer_whose_reference_a_vendor_has_becomes_a_customer(acme: Client) -> None:
    gears = vendor(acme, external_refs=[{"system": "shop", "id": "1"}])
    assert match(acme, "1").id == gears["id"]
    assert read(acme, gears)["roles"] == ["customer", "vendor"]


def test_merging_at_the_same_time_merges_once(acme: Client) -> None:
    from concurrent.futures import ThreadPoolExecutor

    one, *others = [customer(acme) for _ in range(5)]
    path = f"/v1/customers/{one['id']}/merge"
    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda other: acme.post(path, {"into": other["id"]}, etag=1), others))
    assert sorted(reply.status for reply in replies)[0] == 200
    assert [reply.status for reply in replies].count(200) == 1
    into = read(acme, one)["merged_into"]
    assert [read(acme, other)["version"] for other in others if other["id"] != into] == [1, 1, 1]


def test_the_largest_party_fits_into_one_transaction_and_into_another_party(acme: Client) -> None:
    numbers = ("12", "34", "56", "78", "90", "21", "43", "65")
    largest = {
        "legal_name": "The Largest",
        "number": "K-1",
        "contacts": [{"email": f"m{number}@x.example", "phone": f"0731 {1000000 + number}"} for number in range(20)],
        "addresses": [{**ADDRESS, "postal_code": str(80000 + number)} for number in range(20)],
        "tax_ids": [{"type": "other", "country": "DE", "tax_number": number} for number in numbers],
        "external_refs": [{"system": "crm", "id": str(number)} for number in range(20)],
    }
    one, two = customer(acme, **largest), customer(acme)
    merge(acme, one, two)
    assert found(acme, "email=m7@x.example") == found(acme, "phone=07311000007") == [two["id"]]
    assert content(unmerge(acme, one)) == content(one)
