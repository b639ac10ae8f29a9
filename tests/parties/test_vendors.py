"""Vendors through the API, and parties that are both."""

from tests.parties.people import ADDRESS, customer, found, read, vendor
from tests.world import Client

TERMS = {
    "own_customer_number": "4711",
    "currency": "CHF",
    "terms": {"due_days": 14, "code": None},
    "lead_time_days": 10,
    "minimum_order": {"amount": "250.00", "currency": "CHF"},
}


def test_a_vendor_is_created_read_changed_and_listed_newest_first(acme: Client) -> None:
    made = acme.post(
        "/v1/vendors", {"kind": "company", "name": "Gears", "number": "L-1", "addresses": [ADDRESS], **TERMS}
    )
    gears = made.ok()
    assert (made.status, made.header("location")) == (201, f"/v1/vendors/{gears['id']}")
    assert {name: gears[name] for name in TERMS} == TERMS
    assert (gears["roles"], gears["status"], gears["merged_into"]) == (["vendor"], "active", None)
    assert read(acme, gears, "vendors") == gears
    changed = acme.patch(f"/v1/vendors/{gears['id']}", {"lead_time_days": None, "name": "Gears AG"}, etag=1).ok()
    assert (changed["lead_time_days"], changed["name"], changed["currency"]) == (None, "Gears AG", "CHF")
    chains = vendor(acme)
    assert found(acme, "", "vendors") == [chains["id"], gears["id"]]


def test_each_door_shows_only_those_who_have_its_role(acme: Client) -> None:
    ours, theirs = (
        customer(acme, contacts=[{"email": "a@b.example"}]),
        vendor(acme, contacts=[{"email": "a@b.example"}]),
    )
    acme.get(f"/v1/vendors/{ours['id']}").refused(404, "not_found")
    acme.get(f"/v1/customers/{theirs['id']}").refused(404, "not_found")
    acme.patch(f"/v1/customers/{theirs['id']}", {"name": "x"}, etag=1).refused(404, "not_found")
    acme.post(f"/v1/vendors/{ours['id']}/archive", etag=1).refused(404, "not_found")
    acme.world.settle()
    for query in ("", "email=a@b.example", "q=firm", f"ids={ours['id']},{theirs['id']}", "sort=updated_at"):
        assert found(acme, query) == [ours["id"]], query
        assert found(acme, query, "vendors") == [theirs["id"]], query


def test_a_customer_becomes_a_vendor_too_and_back(acme: Client) -> None:
    firm = customer(acme, number="K-1", currency="EUR")
    both = acme.post(f"/v1/customers/{firm['id']}/make-vendor", {"number": "L-1", **TERMS}, etag=1).ok()
    assert (both["id"], both["roles"], both["number"], both["currency"]) == (
        firm["id"],
        ["customer", "vendor"],
        "L-1",
        "CHF",
    )
    as_customer = read(acme, firm)
    assert (as_customer["number"], as_customer["currency"]) == ("K-1", "EUR")
    assert found(acme, "", "vendors") == found(acme, "") == [firm["id"]]
    again = acme.post(f"/v1/customers/{firm['id']}/make-vendor", {}, etag=2)
    again.refused(409, "already_exists")
    gears = vendor(acme)
    made = acme.post(f"/v1/vendors/{gears['id']}/make-customer", {"group": "retail"}, etag=1).ok()
    assert (made["group"], made["roles"]) == ("retail", ["customer", "vendor"])
    acme.patch(f"/v1/vendors/{gears['id']}", {"name": "Seen at both doors"}, etag=2).ok()
    assert read(acme, gears)["name"] == "Seen at both doors"


def test_a_role_is_given_only_by_who_may_write_both(acme: Client) -> None:
    firm, gears = customer(acme), vendor(acme)
    for role in ("sales", "purchasing"):
        acme.as_(role).post(f"/v1/customers/{firm['id']}/make-vendor", {}, etag=1).refused(403, "forbidden")
        acme.as_(role).post(f"/v1/vendors/{gears['id']}/make-customer", {}, etag=1).refused(403, "forbidden")
    acme.as_("accounting").post(f"/v1/customers/{firm['id']}/make-vendor", {}, etag=1).ok()


def test_who_is_both_is_archived_only_by_who_may_write_both(acme: Client) -> None:
    firm = customer(acme)
    acme.post(f"/v1/customers/{firm['id']}/make-vendor", {}, etag=1).ok()
    acme.as_("sales").post(f"/v1/customers/{firm['id']}/archive", etag=2).refused(403, "forbidden")
    acme.as_("purchasing").post(f"/v1/vendors/{firm['id']}/archive", etag=2).refused(403, "forbidden")
    assert acme.post(f"/v1/vendors/{firm['id']}/archive", etag=2).ok()["status"] == "archived"
    assert read(acme, firm)["status"] == "archived"


def test_each_door_has_its_own_permissions(acme: Client) -> None:
    firm, gears = customer(acme), vendor(acme)
    may_read = {
        "customers": {"admin", "sales", "accounting", "warehouse", "privacy_officer"},
        "vendors": {"admin", "purchasing", "production", "accounting", "warehouse", "privacy_officer"},
    }
    may_write = {"customers": {"admin", "sales", "accounting"}, "vendors": {"admin", "purchasing", "accounting"}}
    roles = ("admin", "sales", "purchasing", "warehouse", "production", "accounting", "analyst", "privacy_officer")
    for door, party in (("customers", firm), ("vendors", gears)):
        for role in roles:
            client = acme.as_(role)
            assert (client.get(f"/v1/{door}/{party['id']}").status == 200) is (role in may_read[door]), (door, role)
            assert (client.get(f"/v1/{door}/{party['id']}/duplicates").status == 200) is (role in may_read[door])
            made = client.post(f"/v1/{door}", {"kind": "company", "name": "Firm"})
            assert (made.status == 201) is (role in may_write[door]), (door, role)


def test_numbers_are_unique_at_each_door_whatever_their_case(acme: Client) -> None:
    firm = customer(acme, number="A 1")
    problem = acme.post("/v1/customers", {"kind": "company", "name": "x", "number": "a  1"}).refused(
        409, "already_exists"
    )
    assert [error["pointer"] for error in problem["errors"]] == ["/number"]
    gears = vendor(acme, number="A 1")
    assert (found(acme, "number=a%201"), found(acme, "number=a%201", "vendors")) == ([firm["id"]], [gears["id"]])
    acme.patch(f"/v1/customers/{firm['id']}", {"number": "A 2"}, etag=1).ok()
    assert (found(acme, "number=A%201"), found(acme, "number=A%202")) == ([], [firm["id"]])
    customer(acme, number="a 1")


def test_an_external_reference_belongs_to_one_party_at_both_doors(acme: Client) -> None:
    reference = {"system": "crm", "id": "7"}
    customer(acme, external_refs=[reference])
    acme.post("/v1/vendors", {"kind": "company", "name": "x", "external_refs": [reference]}).refused(
        409, "already_exists"
    )


def test_vendors_of_another_tenant_are_not_there(acme: Client) -> None:
    gears = vendor(acme, number="L-1", contacts=[{"email": "a@b.example", "phone": "+49 731 1234567"}])
    acme.world.settle()
    other = acme.world.tenant()
    other.get(f"/v1/vendors/{gears['id']}").refused(404, "not_found")
    for query in (
        "",
        "email=a@b.example",
        "phone=0731%201234567",
        "number=L-1",
        "q=firm",
        f"ids={gears['id']}",
    ):
        assert (found(acme, query, "vendors"), found(other, query, "vendors")) == ([gears["id"]], []), query
    refused = other.post(f"/v1/vendors/{vendor(other)['id']}/merge", {"into": gears["id"]}, etag=1).refused(
        422, "invalid"
    )
    assert refused["errors"][0]["code"] == "unknown_party"
