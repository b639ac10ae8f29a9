"""Workers that die: no row is lost or counted twice. Thousands of rows through the real engine: what they take."""

import os
import resource
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta

import pytest

from chalicelib import modules
from chalicelib.bulk import batches, csv_text, objects
from chalicelib.bulk.csv_text import Position
from chalicelib.bulk.exports import worker as export_worker
from chalicelib.bulk.imports import worker as import_worker
from chalicelib.bulk.schemas import CsvSeparator
from chalicelib.jobs import queue, worker
from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import client as store_client
from chalicelib.kernel.tenant import Tenant
from infra.local.meter import Meter
from infra.local.shim import Crash, Faults, Kind
from tests.bulk.files import counts, downloaded, errors, started, table
from tests.world import Client

ROWS = int(os.environ.get("NOVEX_ROWS", "4000"))
KILLED_AT = ROWS * 2 // 5


@pytest.fixture(autouse=True)
def _unsent(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No job is put back on the queue, and the next worker need not wait for the lease of a dead one."""
    monkeypatch.setattr(queue, "send", lambda *_: None)
    monkeypatch.setattr(worker, "LEASE", timedelta(0))
    yield


def content(rows: int) -> bytes:
    lines = (f"SKU-{n:06},Item {n},Things,{n}.5,EUR,B-{4_000_000_000 + n}" for n in range(rows))
    return ("sku,name,category,price.amount,price.currency,barcodes.1.code\r\n" + "\r\n".join(lines)).encode()


def work(client: Client, job_id: str) -> None:
    worker.run(Call.system(Tenant(client.tenant), "jobs"), job_id, clock.monotonic() + 10_000)


@pytest.mark.parametrize("kind", ["crash_before", "crash_after"])
def test_workers_that_die_in_any_transaction_count_each_row_once(
    acme: Client, monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    monkeypatch.setattr(batches, "MOST_ROWS", 7)
    monkeypatch.setattr(csv_text, "RANGE_BYTES", 100)
    monkeypatch.setattr(import_worker, "PIECE_SECONDS", 0)
    lines = content(60).decode().split("\r\n")
    lines[20] = lines[20].replace("EUR", "QQQ")
    lines[40] = lines[39]
    made = started(acme, "\r\n".join(lines).encode())
    deaths = 0
    with Faults(store_client.dynamodb()) as faults:
        for _ in range(40):
            # Every second transaction is the last of its worker: a piece in which five workers died is given up.
            faults.reset()
            faults.at(2, kind, "TransactWriteItems")
            try:
                work(acme, made["job_id"])
            except Crash:
                deaths += 1
            else:
                break
    done = acme.get(f"/v1/imports/{made['id']}").ok()
    assert deaths >= 4
    assert (done["state"], done["progress"]["done"], counts(done)) == ("done", 60, (58, 0, 0, 2))
    assert [(row, code) for row, _, code in errors(acme, done)] == [
        (21, "unknown_currency"),
        (41, "repeated"),
        (41, "repeated"),
    ]
    assert len(table(downloaded(done["error_file"]))) == 2


def test_an_import_that_is_cancelled_at_work_writes_no_further_row(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "MOST_ROWS", 5)
    made = started(acme, content(40))
    write, calls = batches.write, []

    def cancelling(*args: object, **kwargs: object) -> object:
        calls.append(1)
        if len(calls) == 3:
            acme.post(f"/v1/imports/{made['id']}/cancel").ok()
        return write(*args, **kwargs)

    monkeypatch.setattr(batches, "write", cancelling)
    work(acme, made["job_id"])
    shown = acme.get(f"/v1/imports/{made['id']}").ok()
    assert (shown["state"], shown["progress"]["done"], counts(shown)) == ("cancelled", 10, (10, 0, 0, 0))
    assert len(acme.get("/v1/items?limit=100").ok()["data"]) == 10


def test_an_import_whose_job_was_given_up_has_failed(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    made = started(acme, content(3))
    monkeypatch.setattr(batches, "write", lambda *_, **__: 1 // 0)
    for _ in range(5):
        work(acme, made["job_id"])
    acme.world.settle()
    shown = acme.get(f"/v1/imports/{made['id']}").ok()
    assert (shown["state"], shown["problem"]["code"]) == ("failed", "interrupted")


@pytest.mark.parametrize(("ending", "told"), [("cancel", ("cancelled", None)), ("die", ("failed", "interrupted"))])
def test_an_export_whose_job_ends_early_has_no_file(
    acme: Client, monkeypatch: pytest.MonkeyPatch, ending: str, told: tuple[str, str | None]
) -> None:
    made = acme.post("/v1/exports", {"kind": "items"}).ok()
    if ending == "cancel":
        acme.post(f"/v1/jobs/{made['job_id']}/cancel").ok()
    else:
        monkeypatch.setattr(objects, "put", lambda *_: 1 // 0)
        for _ in range(5):
            work(acme, made["job_id"])
    acme.world.settle()
    shown = acme.get(f"/v1/exports/{made['id']}").ok()
    problem = shown["problem"]
    assert ((shown["state"], None if problem is None else problem["code"]), shown["file"]) == (told, None)


def test_an_export_whose_workers_die_has_every_row_once(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    work(acme, started(acme, content(230))["job_id"])
    monkeypatch.setattr(export_worker, "PART_ROWS", 100)
    made = acme.post("/v1/exports", {"kind": "items"}).ok()
    with Faults(store_client.dynamodb()) as faults:
        for number in range(1, 30):
            faults.reset()
            faults.at(number, "crash_after" if number % 2 else "crash_before", "UpdateItem")
            try:
                work(acme, made["job_id"])
            except Crash:
                continue
            break
    shown = acme.get(f"/v1/exports/{made['id']}").ok()
    assert (shown["state"], shown["rows"]) == ("done", 230)
    found = [row["sku"] for row in table(downloaded(shown["file"]))]
    assert sorted(found) == [f"SKU-{n:06}" for n in range(230)]


def test_a_row_takes_few_units_because_a_transaction_has_many(acme: Client) -> None:
    """An item with a barcode is three transactional writes and three index entries: nine units. The rest is shared."""
    rows = 96
    made = started(acme, content(rows))
    with Meter(tuple(modules.tables())).measure() as bill:
        work(acme, made["job_id"])
    assert bill.write_units / rows < 10
    assert bill.read_units / rows < 2
    assert bill.transactions <= rows // 30 + 3


def test_a_large_file_is_read_in_little_memory() -> None:
    piece = b'SKU,"Item\r\n1",Things,1.5,EUR\r\n' * 1000
    size = len(piece) * 1700

    def read(begin: int, end: int) -> bytes:
        return (piece * ((end - begin) // len(piece) + 2))[begin % len(piece) :][: end - begin]

    tracemalloc.start()
    for count, record in enumerate(csv_text.records(read, size, Position(0, 0), CsvSeparator.COMMA), 1):
        if count == 60_000:
            assert record.cells == ["SKU", "Item\r\n1", "Things", "1.5", "EUR"]
            break
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 45 * 2**20
    assert peak < 12 * 2**20


@pytest.mark.long
def test_an_import_whose_worker_is_killed_in_between_and_resumed_makes_exactly_its_rows(
    acme: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    made = started(acme, content(ROWS))
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, clock.monotonic()
    write, killed = batches.write, []

    def dying(*args: object, **kwargs: object) -> object:
        results = write(*args, **kwargs)
        if not killed and results[-1].index >= KILLED_AT:
            killed.append(results[-1].index)
            raise Crash("after the transaction, before anybody knows")
        return results

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(batches, "write", dying)
        with pytest.raises(Crash):
            work(acme, made["job_id"])
        work(acme, made["job_id"])
    seconds = clock.monotonic() - began
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    done = acme.get(f"/v1/imports/{made['id']}").ok()
    with capsys.disabled():
        print(f"\n{ROWS} rows: {seconds:.0f} s, {ROWS / seconds:.0f} rows a second, RSS +{grown:.0f} MB")
    assert (done["state"], done["progress"]["done"], counts(done)) == ("done", ROWS, (ROWS, 0, 0, 0))
    began = clock.monotonic()
    made = acme.post("/v1/exports", {"kind": "items"}).ok()
    work(acme, made["job_id"])
    found = [row["sku"] for row in table(downloaded(acme.get(f"/v1/exports/{made['id']}").ok()["file"]))]
    with capsys.disabled():
        print(f"export: {clock.monotonic() - began:.0f} s")
    assert sorted(found) == [f"SKU-{n:06}" for n in range(ROWS)]
    assert grown < 150
