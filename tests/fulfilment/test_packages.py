"""How a shipment is packed, through the API."""

from typing import Any

import pytest

from tests.factories import Shop, shop
from tests.world import Client


@pytest.fixture
def here(acme: Client) -> Shop:
    return shop(acme)


def picked(here: Shop, *quantities: str) -> str:
    """The path of a draft shipment with a line for each quantity."""
    lines = [(here.item(on_hand=100)["id"], quantity) for quantity in quantities]
    shipment = here.client.post("/v1/shipments", {"order_id": here.confirmed(*lines)["id"]}).ok()
    return f"/v1/shipments/{shipment['id']}"


def box(number: int, *contents: tuple[int, str], **fields: Any) -> dict[str, Any]:
    return {"number": number, "contents": [{"line": line, "quantity": amount} for line, amount in contents], **fields}


def found(client: Client, number: str) -> list[str]:
    """The paths of the shipments with a tracking number, which list and scan agree on."""
    listed = [row["id"] for row in client.get(f"/v1/shipments?tracking_number={number}").ok()["data"]]
    scanned = client.get(f"/v1/scan?code={number}").ok()["matches"] if listed else []
    assert [match["id"] for match in scanned] == listed
    return [f"/v1/shipments/{each}" for each in listed]


def test_packages_lie_in_one_another_with_weights_sizes_and_contents(acme: Client, here: Shop) -> None:
    path = picked(here, "5", "2")
    weight, size = {"value": "310.25", "unit": "kg"}, {"length": "120", "width": "80", "height": "99.5", "unit": "cm"}
    pallet = box(1, packaging="Euro pallet", weight=weight, size=size)
    carton = box(7, (1, "3"), (2, "2"), parent=1, tracking_number="T-7")
    packed = acme.post(f"{path}/pack", {"packages": [pallet, carton]}, etag=1).ok()
    assert packed["status"] == "packed"
    none = {"parent": None, "packaging": None, "weight": None, "size": None, "tracking_number": None}
    assert packed["packages"] == [{**none, **pallet}, {**none, **carton}]
    assert acme.get(path).ok()["packages"] == packed["packages"]
    again = acme.post(f"{path}/pack", {"packages": [box(1, (1, "5"))]}, etag=2).ok()
    assert [each["number"] for each in again["packages"]] == [1]
    assert acme.post(f"{path}/ship", {}, etag=3).ok()["packages"] == again["packages"]


def test_the_errors_of_all_packages_are_told_at_once(acme: Client, here: Shop) -> None:
    path = picked(here, "5", "2")
    packages = [
        box(1, (1, "4"), (1, "1"), parent=2),
        box(2, (9, "1"), parent=1),
        box(3, (2, "0.5"), parent=8),
        box(3, (1, "1")),
        box(4, parent=4),
        box(5, parent=1),
    ]
    problem = acme.post(f"{path}/pack", {"packages": packages}, etag=1).refused(422, "invalid")
    assert {(each["pointer"], each["code"]) for each in problem["errors"]} == {
        ("/packages/3/number", "repeated"),
        ("/packages/0/parent", "cycle"),
        ("/packages/1/parent", "cycle"),
        ("/packages/2/parent", "unknown_package"),
        ("/packages/4/parent", "cycle"),
        ("/packages/0/contents/1/line", "repeated"),
        ("/packages/1/contents/0/line", "unknown_line"),
        ("/packages/2/contents/0/quantity", "too_precise"),
        ("/packages/3/contents/0/quantity", "too_much"),
    }
    assert acme.get(path).ok()["status"] == "draft"
    unweighed = [box(1, weight={"value": "0", "unit": "kg"}), box(2, size={"length": "1", "unit": "cm"})]
    problem = acme.post(f"{path}/pack", {"packages": unweighed}, etag=1).refused(422, "invalid")
    assert {each["pointer"].rpartition("/")[0] for each in problem["errors"]} >= {"/packages/0/weight"}


def test_a_shipment_is_found_by_each_of_its_tracking_numbers(acme: Client, here: Shop) -> None:
    path = picked(here, "5")
    boxes = [box(1, tracking_number="A-1"), box(2, tracking_number="B-2"), box(3, tracking_number="a-1")]
    acme.post(f"{path}/pack", {"packages": boxes}, etag=1).ok()
    assert [found(acme, number) for number in ("A-1", "b-2", "C-3")] == [[path], [path], []]
    acme.post(f"{path}/ship", {"carrier": "DHL", "tracking_number": "C-3"}, etag=2).ok()
    assert [found(acme, number) for number in ("a-1", "B-2", "C-3")] == [[path]] * 3
    moved = {"packages": [{"number": 2, "tracking_number": "D-4"}], "tracking_number": "B-2"}
    changed = acme.patch(path, moved, etag=3).ok()
    assert [each["tracking_number"] for each in changed["packages"]] == ["A-1", "D-4", "a-1"]
    assert [found(acme, number) for number in ("A-1", "B-2", "C-3", "D-4")] == [[path], [path], [], [path]]
    twin = picked(here, "1")
    acme.post(f"{twin}/pack", {"packages": [box(1, tracking_number="D-4")]}, etag=1).ok()
    assert found(acme, "D-4") == [twin, path]
    assert acme.get("/v1/shipments?tracking_number=D-4&status=packed").ok()["data"][0]["id"] in twin


def test_packing_again_forgets_the_former_tracking_numbers(acme: Client, here: Shop) -> None:
    path = picked(here, "5")
    for etag, numbers in ((1, ("A", "B", "C")), (2, ("C", "D"))):
        boxes = [box(index, tracking_number=number) for index, number in enumerate(numbers, 1)]
        acme.post(f"{path}/pack", {"packages": boxes}, etag=etag).ok()
        assert [number for number in "ABCD" if found(acme, number)] == list(numbers)
    assert len(acme.post(f"{path}/pack", {}, etag=3).ok()["packages"]) == 2
    assert [number for number in "ABCD" if found(acme, number)] == ["C", "D"]
    acme.post(f"{path}/pack", {"packages": []}, etag=4).ok()
    assert [number for number in "ABCD" if found(acme, number)] == []


def test_forty_packages_can_have_a_number_each_and_all_be_replaced(acme: Client, here: Shop) -> None:
    path = picked(here, "5")
    for etag, letter in ((1, "A"), (2, "B")):
        boxes = [box(number, tracking_number=f"{letter}{number}") for number in range(1, 41)]
        acme.post(f"{path}/pack", {"packages": boxes}, etag=etag).ok()
    assert found(acme, "A40") == [] and found(acme, "B40") == [path]
    problem = acme.post(f"{path}/pack", {"packages": [*boxes, box(41, tracking_number="B41")]}, etag=3)
    assert problem.refused(422, "invalid")["errors"][0]["code"] == "too_many"


def test_tracking_of_a_package_that_is_not_there_is_refused(acme: Client, here: Shop) -> None:
    path = picked(here, "5")
    acme.post(f"{path}/pack", {"packages": [box(1)]}, etag=1).ok()
    changes = [{"number": number, "tracking_number": "A"} for number in (1, 2, 1)]
    problem = acme.patch(path, {"packages": changes}, etag=2).refused(422, "invalid")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [
        ("/packages/1/number", "unknown_package"),
        ("/packages/2/number", "repeated"),
    ]
