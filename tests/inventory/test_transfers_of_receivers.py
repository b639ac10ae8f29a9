"""Who works in the receiving warehouse only sees a transfer that is on its way there, and takes it in; all else that he
tries is refused, and nothing of the other warehouse is told."""

from typing import Any

import pytest

from tests.contract.access_states import limited
from tests.factories import Shop, shop
from tests.inventory.test_documents import act, send
from tests.inventory.test_large_documents import begun, transfer
from tests.world import Client

DOCUMENTS = "/v1/stock/documents"


def sent_to(here: Shop, targets: list[tuple[str, int]], item: str, **fields: Any) -> Any:
    lines = [
        {"item_id": item, "from_location_id": here.location, "to_location_id": to, "quantity": str(quantity)}
        for to, quantity in targets
    ]
    return here.client.post("/v1/stock/transfers", {"lines": lines, "in_transit": True, **fields}).ok()


def ids(client: Client, query: str = "") -> list[str]:
    return [row["id"] for row in client.get(f"{DOCUMENTS}{query}").ok()["data"]]


def test_a_transfer_on_its_way_is_read_listed_and_found_by_those_who_get_it(acme: Client) -> None:
    here, there = shop(acme), shop(acme)
    item = here.item(on_hand=77)["id"]
    sent = send(here, there, item, 5, in_transit=True, reference="Truck 4711")
    clerk = limited(acme, there.warehouse, roles=("warehouse",))
    shown = clerk.get(f"{DOCUMENTS}/{sent['id']}").ok()
    assert (shown["status"], shown["warehouse_ids"]) == ("in_transit", [there.warehouse])
    assert (shown["allowed_transitions"], shown["line_count"]) == (["arrive"], 1)
    (line,) = shown["lines"]
    assert (line["from_location_id"], line["to_location_id"], line["quantity"]) == (None, there.location, "5")
    assert (line["on_hand"], line["unit_cost"]) == ("0", None)
    assert (
        ids(clerk) == ids(clerk, "?in_transit=true") == ids(clerk, f"?warehouse_id={there.warehouse}") == [sent["id"]]
    )
    (summary,) = clerk.get(f"{DOCUMENTS}?reference=truck%204711").ok()["data"]
    assert summary == {name: shown[name] for name in summary}
    assert clerk.get(f"{DOCUMENTS}/{sent['id']}/lines").ok()["data"] == [line]
    told = "".join(
        clerk.get(path).body.decode()
        for path in (DOCUMENTS, f"{DOCUMENTS}/{sent['id']}", f"{DOCUMENTS}/{sent['id']}/lines")
    )
    assert here.warehouse not in told and here.location not in told and '"72"' not in told


def test_those_who_get_a_transfer_take_it_in(acme: Client) -> None:
    here, there = shop(acme), shop(acme)
    item, dock, strange = here.item(on_hand=10)["id"], there.bin("DOCK"), here.bin("B")
    sent = send(here, there, item, 5, in_transit=True)
    clerk = limited(acme, there.warehouse, roles=("warehouse",))
    wrong = act(clerk, sent, "arrive", lines=[{"line": 1, "quantity": "2", "location_id": strange}])
    assert [each["code"] for each in wrong.refused(422, "invalid")["errors"]] == ["unknown_location"]
    some = act(clerk, sent, "arrive", lines=[{"line": 1, "quantity": "2", "location_id": dock}]).ok()
    assert (some["status"], some["lines"][0]["on_hand"]) == ("in_transit", "2")
    rest = act(clerk, sent, "arrive", lines=[{"line": 1, "quantity": "2", "lost": "1"}]).ok()
    assert (rest["status"], rest["warehouse_ids"], rest["allowed_transitions"]) == ("posted", [there.warehouse], [])
    assert (there.at(item), there.at(item, dock)) == ("2", "2")
    assert clerk.get(f"{DOCUMENTS}/{sent['id']}").ok()["status"] == "posted"
    moved = clerk.get(f"/v1/stock/ledger?document_id={sent['id']}").ok()["data"]
    assert [(row["kind"], row["warehouse_id"]) for row in moved] == [("transfer_in", there.warehouse)] * 2


def test_those_who_get_a_transfer_do_nothing_else_with_it(acme: Client) -> None:
    here, there = shop(acme), shop(acme)
    item = here.item(on_hand=10)["id"]
    sent = send(here, there, item, 5, in_transit=True)
    path = f"{DOCUMENTS}/{sent['id']}"
    for roles in (("warehouse",), ("admin",)):
        clerk = limited(acme, there.warehouse, roles=roles)
        act(clerk, sent, "reverse").refused(403, "forbidden")
        clerk.post(f"{path}/reverse?dry_run=true", {}, etag="*").refused(403, "forbidden")
        assert ids(clerk, f"?warehouse_id={here.warehouse}") == ids(clerk, "?unposted=false") == []
        line = {"item_id": item, "from_location_id": here.location, "to_location_id": there.location, "quantity": "1"}
        clerk.post("/v1/stock/transfers", {"lines": [line], "in_transit": True}).refused(422, "invalid")
    sender = limited(acme, here.warehouse)
    for path in (f"{DOCUMENTS}/{sent['id']}", f"{DOCUMENTS}/{sent['id']}/lines"):
        sender.get(path).refused(404, "not_found")
    assert ids(sender, "?kind=transfer") == []
    stranger = limited(acme, shop(acme).warehouse)
    stranger.get(path).refused(404, "not_found")
    assert ids(stranger) == ids(limited(acme)) == []
    at_once = send(here, there, item, 1)
    taken_back = act(acme, sent, "reverse").ok()
    clerk = limited(acme, there.warehouse)
    assert ids(clerk) == [sent["id"]]
    shown = clerk.get(f"{DOCUMENTS}/{sent['id']}").ok()
    assert (shown["status"], shown["reversed_by"], shown["allowed_transitions"]) == ("reversed", None, [])
    for each in (at_once, taken_back):
        clerk.get(f"{DOCUMENTS}/{each['id']}").refused(404, "not_found")


def test_of_a_transfer_to_several_warehouses_each_sees_what_it_gets(acme: Client) -> None:
    here, first, second = shop(acme), shop(acme), shop(acme)
    item = here.item(on_hand=50)["id"]
    sent = sent_to(here, [(first.location, 5), (second.location, 7), (first.location, 9)], item)
    clerk = limited(acme, first.warehouse, roles=("warehouse",))
    shown = clerk.get(f"{DOCUMENTS}/{sent['id']}").ok()
    assert [(line["line"], line["quantity"]) for line in shown["lines"]] == [(1, "5"), (3, "9")]
    assert (shown["line_count"], shown["warehouse_ids"]) == (2, [first.warehouse])
    (summary,) = clerk.get(DOCUMENTS).ok()["data"]
    assert summary["line_count"] == 2
    first_page = clerk.get(f"{DOCUMENTS}/{sent['id']}/lines?limit=1").ok()
    next_page = clerk.get(f"{DOCUMENTS}/{sent['id']}/lines?limit=1&cursor={first_page['next_cursor']}").ok()
    assert [line["line"] for line in first_page["data"] + next_page["data"]] == [1, 3]
    for number in (2, 4):
        wrong = act(clerk, sent, "arrive", lines=[{"line": number, "quantity": "1"}]).refused(422, "invalid")
        assert [(each["pointer"], each["code"]) for each in wrong["errors"]] == [("/lines/0/line", "unknown_line")]
    arrived = act(clerk, sent, "arrive", lines=[{"line": 1, "quantity": "5"}, {"line": 3, "quantity": "9"}]).ok()
    assert (arrived["status"], [line["line"] for line in arrived["lines"]]) == ("in_transit", [1, 3])
    assert first.at(item) == "14"


@pytest.mark.parametrize("is_limited", [False, True])
def test_a_large_transfer_is_seen_when_it_has_left_and_taken_in_by_a_job_that_is_seen(
    acme: Client, is_limited: bool
) -> None:
    here, there = shop(acme), shop(acme)
    items = [here.item(on_hand=3)["id"] for _ in range(30)]
    receiver = limited(acme, there.warehouse, roles=("warehouse",)) if is_limited else acme
    document = begun(transfer(here, there, [(item, 2) for item in items] + [(items[0], 9)], in_transit=True))
    if is_limited:
        receiver.get(f"{DOCUMENTS}/{document['id']}").refused(404, "not_found")
    acme.world.settle()
    shown = receiver.get(f"{DOCUMENTS}/{document['id']}").ok()
    assert (shown["status"], shown["line_count"], shown["unposted_lines"]) == (
        "in_transit",
        *((30, 0) if is_limited else (31, 1)),
    )
    lines = [{"line": line["line"], "quantity": "2"} for line in shown["lines"] if line["unposted"] is None]
    begun_arrival = begun(act(receiver, document, "arrive", lines=lines))
    assert receiver.get(f"/v1/jobs/{begun_arrival['job_id']}").ok()["entity_id"] == document["id"]
    acme.world.settle()
    assert receiver.get(f"{DOCUMENTS}/{document['id']}").ok()["status"] == "posted"
    assert there.at(items[0]) == "2"
