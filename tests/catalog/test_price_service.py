"""What other packages ask of price lists, and the rows of imports and exports."""

from datetime import date
from typing import Any

import pytest
from msgspec import structs

from chalicelib.bulk.schemas import BulkKey, BulkRowOutcome
from chalicelib.catalog.items import service as items
from chalicelib.catalog.items.units import Unit
from chalicelib.catalog.price_lists import bulk, events, repository, service
from chalicelib.catalog.price_lists.finding_schemas import PriceRequest, SaleTerms
from chalicelib.catalog.price_lists.price_schemas import PriceRow
from chalicelib.kernel import ids, use_case
from chalicelib.kernel.clock import now
from chalicelib.kernel.decimals import Price, Quantity, QuantityOrZero
from chalicelib.kernel.errors import Invalid
from chalicelib.kernel.work import Work
from tests.catalog.pricing import item, made, previewed, priced, system
from tests.world import Client


def test_two_hundred_lines_find_their_prices_with_a_bounded_number_of_reads(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists = [made(acme, f"L{number}", priority=-number) for number in range(5)]
    bike = acme.get(f"/v1/items/{item(acme)['id']}").ok()
    priced(acme, lists[4], bike["id"], {"amount": "5"})
    call = system(acme)
    known = items.known(Work(call), [(bike["id"], "")])[bike["id"]]
    reads = []
    fetch = Work.fetch

    def counted(work: Work, *refs: Any) -> None:
        reads.append(len([each for each in refs if each not in work._reads]))
        fetch(work, *refs)

    monkeypatch.setattr(Work, "fetch", counted)
    requests = [
        PriceRequest(item=known, unit=known.unit, factor=1, quantity=Quantity(number), day=now().date())
        for number in range(1, 201)
    ]
    found = service.find_prices(Work(call), requests, SaleTerms(currency="EUR"))
    assert {each.amount for each in found if each} == {5}
    assert len(found) == 200
    assert [each for each in reads if each] == [1, 5]


def test_price_lists_are_found_by_id_and_code(acme: Client) -> None:
    price_list = made(acme)
    work = Work(system(acme))
    assert service.ids_by_code(work, ["dealer", "no"]) == {"dealer": price_list["id"]}
    assert service.active(work, [(price_list["id"], "/a")])[price_list["id"]].code == "DEALER"
    acme.post(f"/v1/price-lists/{price_list['id']}/archive", etag=1).ok()
    with pytest.raises(Invalid) as refused:
        service.active(Work(system(acme)), [(price_list["id"], "/a"), (ids.new("prl"), "/b")])
    assert [(each.pointer, each.code) for each in refused.value.errors] == [
        ("/a", "archived_price_list"),
        ("/b", "unknown_price_list"),
    ]
    assert service.known(Work(system(acme)), [(price_list["id"], "/a")])[price_list["id"]].status == "archived"


@use_case.use_case(events.PRICES_SET)
def imported(work: Work, rows: list[PriceRow]) -> list[tuple[BulkRowOutcome, str]]:
    bulk.prepare(work, rows, BulkKey.CODE)
    return [bulk.upsert(work, row, BulkKey.CODE, f"/{index}") for index, row in enumerate(rows)]


def row(amount: str, minimum: str = "0", sku: str = "BIKE", price_list: str = "dealer") -> PriceRow:
    return PriceRow(price_list=price_list, sku=sku, minimum_quantity=QuantityOrZero(minimum), amount=Price(amount))


def test_rows_of_an_import_set_prices_one_by_one_and_keep_the_others(acme: Client) -> None:
    price_list, other, bike = made(acme), made(acme, "OTHER"), item(acme)
    priced(acme, price_list, bike["id"], {"amount": "9"}, {"amount": "8", "minimum_quantity": "10"})
    rows = [row("9"), row("7", "10"), row("6", "20"), row("5", price_list="OTHER"), row("4", "2", price_list="OTHER")]
    outcomes = use_case.commit(system(acme), imported, rows)
    assert [(outcome.value, price_list_id) for outcome, price_list_id in outcomes] == [
        ("unchanged", price_list["id"]),
        ("updated", price_list["id"]),
        ("created", price_list["id"]),
        ("created", other["id"]),
        ("created", other["id"]),
    ]
    (shown,) = acme.get(f"/v1/price-lists/{price_list['id']}/prices").ok()["data"]
    assert [(each["minimum_quantity"], each["amount"]) for each in shown["entries"]] == [
        ("0", "9"),
        ("10", "7"),
        ("20", "6"),
    ]
    assert shown["version"] == 2
    again = use_case.commit(system(acme), imported, rows)
    assert {outcome for outcome, _ in again} == {BulkRowOutcome.UNCHANGED}
    assert acme.get(f"/v1/price-lists/{price_list['id']}/prices").ok()["data"] == [shown]


def test_what_was_exported_is_what_was_imported_page_by_page(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository, "_PAGE_ROWS", 2)
    made(acme, "A"), made(acme, "EMPTY"), made(acme, "B")
    for sku in ("BIKE", "BELL", "LOCK"):
        item(acme, sku)
    rows = [
        row("9", least, sku, code) for code in ("A", "B") for sku in ("BIKE", "BELL", "LOCK") for least in ("0", "5")
    ]
    use_case.commit(system(acme), imported, rows)
    exported: list[PriceRow] = []
    after, pages = None, 0
    while pages == 0 or after is not None:
        found, after = bulk.page(system(acme), None, after)
        exported, pages = [*exported, *found], pages + 1
    assert [(each.price_list, each.minimum_quantity, each.amount) for each in exported] == [
        (each.price_list, each.minimum_quantity, each.amount) for each in rows
    ]
    assert {bulk.name_of(each) for each in exported} == {
        bulk.name_of(structs.replace(each, unit=Unit.EACH)) for each in rows
    }
    assert {outcome for outcome, _ in use_case.commit(system(acme), imported, exported)} == {BulkRowOutcome.UNCHANGED}
    assert pages == 4


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (
            row("1", sku="NO", price_list="NO"),
            [("/0/price_list", "unknown_price_list"), ("/0/sku", "unknown_sku")],
        ),
        (row("1", "0.5"), [("/0/minimum_quantity", "too_precise")]),
        (PriceRow(price_list="DEALER", sku="BIKE"), [("/0", "amount_or_discount")]),
        (
            PriceRow(price_list="DEALER", sku="BIKE", amount=Price(1), unit=Unit.BOX, valid_to=date(2026, 1, 1)),
            [("/0/unit", "unknown_unit")],
        ),
        (
            PriceRow(price_list="DEALER", sku="BIKE", amount=Price(1), valid_from=date(2026, 1, 1)),
            [("/0", "overlapping")],
        ),
    ],
)
def test_all_errors_of_a_row_of_an_import_are_told_at_once(
    acme: Client, wrong: PriceRow, expected: list[tuple[str, str]]
) -> None:
    price_list, bike = made(acme), item(acme)
    priced(acme, price_list, bike["id"], {"amount": "9"})
    with pytest.raises(Invalid) as refused:
        use_case.commit(system(acme), imported, [wrong])
    assert [(each.pointer, each.code) for each in refused.value.errors] == expected


def test_a_price_can_be_ended_and_its_successor_begun_in_one_import(acme: Client) -> None:
    price_list, bike = made(acme), item(acme)
    priced(acme, price_list, bike["id"], {"amount": "9"})
    old = PriceRow(price_list="DEALER", sku="BIKE", amount=Price(9), valid_to=date(2026, 6, 30))
    new = PriceRow(price_list="DEALER", sku="BIKE", amount=Price(8), valid_from=date(2026, 7, 1))
    outcomes = use_case.commit(system(acme), imported, [old, new])
    assert [outcome.value for outcome, _ in outcomes] == ["updated", "created"]
    for day, amount in (("2026-06-30", "9"), ("2026-07-01", "8")):
        assert previewed(acme, {"sku": "BIKE"}, day=day)[0]["price"]["amount"] == amount
