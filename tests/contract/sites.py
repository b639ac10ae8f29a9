"""A tenant with two warehouses, and a user who works in one of them only."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from chalicelib.jobs import staged
from chalicelib.kernel.dynamo import store
from tests.contract.access_states import limited
from tests.contract.sample_tenant import SampleTenant
from tests.factories import Shop
from tests.world import Client, World

PLACED = {
    "warehouse_id": "/v1/warehouses/",
    "location_id": "/v1/locations/",
    "order_id": "/v1/sales-orders/",
    "shipment_id": "/v1/shipments/",
    "shipped_id": "/v1/shipments/",
    "document_id": "/v1/stock/documents/",
    "arrival_id": "/v1/arrivals/",
    "reorder_rule_id": "/v1/reorder-rules/",
    "job_id": "/v1/jobs/",
}
"""The things that lie in a warehouse, by the name of their path parameter, and where they are read."""


@dataclass(frozen=True)
class Sites:
    """`here` is the user's own warehouse, and asks as him; `there` is another one. `across`: what he must not see of
    orders that lie in both: their shipments that leave there, and their jobs."""

    admin: Client
    user: Client
    here: SampleTenant
    there: SampleTenant
    across: tuple[dict[str, str], dict[str, str]]

    @property
    def strange(self) -> tuple[dict[str, str], ...]:
        """Ids that the user must not see."""
        return ({name: self.there.ids[name] for name in PLACED}, *self.across)

    @property
    def words(self) -> set[str]:
        """The same, all together, the orders that the jobs worked on and that lie only there, and jobs about no
        place."""
        orders = self.admin.get("/v1/sales-orders?limit=100").ok()["data"]
        sold_there = {order["id"] for order in orders if order["warehouse_id"] == self.there.ids["warehouse_id"]}
        ids = {word for ids in self.strange for word in ids.values()}
        worked_on = {self.admin.get(PLACED["job_id"] + each["job_id"]).ok()["entity_id"] for each in self.strange}
        jobs = self.admin.get("/v1/jobs?limit=100").ok()["data"]
        about_all = {job["id"] for job in jobs if job["kind"] not in ("sales_order.staged", "shipment.staged")}
        elsewhere = (sold_there | worked_on) - self.partly
        return ids | elsewhere | about_all | {self.there.ids[f"{name}_location_id"] for name in ("other", "inner")}

    @property
    def partly(self) -> set[str]:
        """The orders of which the user sees a part."""
        here = self.here.ids["warehouse_id"]
        orders = self.admin.get("/v1/sales-orders?limit=100").ok()["data"]
        lines = {each["id"]: self.admin.get(PLACED["order_id"] + each["id"]).ok()["lines"] for each in orders}
        places = {
            each["id"]: {each["warehouse_id"], *(line["warehouse_id"] for line in lines[each["id"]])} for each in orders
        }
        return {order_id for order_id, found in places.items() if here in found and found != {here}}

    def picture(self) -> list[Any]:
        """Everything there and across, as the administrator sees it now."""
        paths = [PLACED[name] + identifier for ids in self.strange for name, identifier in ids.items()]
        for location in ("location_id", "other_location_id"):
            paths.append(f"/v1/stock/places?location_id={self.there.ids[location]}")
            paths.append(f"/v1/locations/{self.there.ids[location]}")
        paths += [f"/v1/{list_}?warehouse_id={self.there.ids['warehouse_id']}" for list_ in ("locations", "stock")]
        return [self.admin.get(path).ok() for path in paths]


def made(world: World) -> Sites:
    """Both warehouses hold both items, and orders wait for both in each, so that sums and lists have something to leave
    out."""
    admin = world.tenant()
    here, there = stocked(admin), stocked(admin)
    for site, other in ((here, there), (there, here)):
        line = {"item_id": site.ids["item_id"], "location_id": other.ids["location_id"], "quantity": "50"}
        admin.post("/v1/stock/receipts", {"lines": [line]}).ok()
        adjusted = {**line, "location_id": site.ids["location_id"], "change": "1"}
        del adjusted["quantity"]
        admin.post("/v1/stock/adjustments", {"lines": [adjusted], "reason": "found"}).ok()
        site.ids["job_id"] = begun(site, site.ids)
        begun(site, {**site.ids, "item_id": other.ids["item_id"]})
    from_there = sold(here, {**there.ids, "warehouse_id": here.ids["warehouse_id"]})
    from_here = sold(here, {**here.ids, "warehouse_id": there.ids["warehouse_id"]})
    across = from_there, {"job_id": from_here["job_id"]}
    for site in (here, there):
        for item in (here.ids["item_id"], there.ids["item_id"]):
            Shop(admin, site.ids["warehouse_id"], site.ids["location_id"]).confirmed((item, 10**6))
    world.settle()
    user = limited(admin, here.ids["warehouse_id"])
    return Sites(admin, user, replace(here, client=user), there, across)


def stocked(admin: Client) -> SampleTenant:
    """A warehouse, and one of everything that lies in it; and a user, whom all of them know."""
    site = SampleTenant(admin)
    site.make(
        "other_location_id",
        "inner_location_id",
        "arrival_id",
        "reorder_rule_id",
        "transfer_id",
        "shipment_id",
        "shipped_id",
        "user_id",
        "vendor_item_id",
        "price_list_id",
        "template_id",
        "custom_field_id",
    )
    return site


def sold(sample_tenant: SampleTenant, ids: dict[str, str]) -> dict[str, str]:
    """The shipment of an order of these things, and the job of another one."""
    of = replace(sample_tenant, ids=dict(ids))
    of.make_again("order_id")
    of.make_again("shipment_id")
    of.ids["job_id"] = begun(sample_tenant, ids)
    return {name: of.ids[name] for name in ("shipment_id", "job_id")}


def begun(sample_tenant: SampleTenant, ids: dict[str, str]) -> str:
    """The job that confirms an order of these things that one transaction does not hold."""
    of = replace(sample_tenant, ids=dict(ids))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staged, "RESERVED_ACTIONS", store.MAX_ACTIONS)
        of.make_again("order_id")
    return str(of.told["confirm_sales_order"]["job_id"])
