"""Imports through the API, with the file in the bucket."""

import pytest

from tests.bulk.files import BOM, counts, downloaded, errors, imported, prepared, skus, started, table, upload
from tests.world import Client

ROWS = "sku,name,price.amount,price.currency\r\nA-1,Bike,10,EUR\r\nA-2,Bell,1.5,EUR\r\n"


def test_a_file_becomes_items_and_the_same_file_changes_nothing(acme: Client) -> None:
    made = prepared(acme)
    assert (made["state"], made["allowed_transitions"]) == ("awaiting_upload", ["start", "cancel"])
    assert made["upload"]["most_bytes"] == 50 * 1024 * 1024
    done = imported(acme, ROWS)
    assert (done["state"], counts(done), done["progress"]["rows_total"]) == ("done", (2, 0, 0, 0), 2)
    assert (done["upload"], done["error_file"], done["problem"]) == (None, None, None)
    item = acme.get("/v1/items?sku=A-2").ok()["data"][0]
    assert item["price"] == {"amount": "1.5", "currency": "EUR", "per": "1"}
    assert counts(imported(acme, ROWS)) == (0, 0, 2, 0)
    assert counts(imported(acme, ROWS.replace("Bell", "Big bell"))) == (0, 1, 1, 0)


def test_the_one_who_started_an_import_is_the_author_of_its_items(acme: Client) -> None:
    imported(acme, ROWS)
    created = acme.post("/v1/items", {"sku": "B", "name": "b"}).ok()
    assert acme.get("/v1/items?sku=A-1").ok()["data"][0]["created_by"] == created["created_by"]


@pytest.mark.parametrize("bom", [b"", BOM])
@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_either_separator_either_line_end_with_or_without_bom(
    acme: Client, bom: bytes, separator: str, end: str
) -> None:
    lines = [["sku", "name", "description"], ["Ä-1", f'"Bell{separator} ""big"""', '"one\ntwo"'], ["", "", ""]]
    content = bom + end.join(separator.join(line) for line in lines).encode()
    assert counts(imported(acme, content)) == (1, 0, 0, 0)
    item = acme.get("/v1/items").ok()["data"][0]
    assert (item["sku"], item["name"], item["description"]) == ("Ä-1", f'Bell{separator} "big"', "one\ntwo")


def test_columns_are_mapped_and_others_passed_over(acme: Client) -> None:
    content = "Article no.;Title;Remarks\nA-1;Bike;ours\n"
    done = imported(acme, content, mapping={"Article no.": "sku", "Title": "name", "Remarks": None})
    assert counts(done) == (1, 0, 0, 0)
    assert skus(acme) == ["A-1"]


def test_a_mapping_to_what_does_not_exist_is_refused_at_once(acme: Client) -> None:
    body = {"kind": "items", "mapping": {"A/B": "colour", "C": "price.amount.x"}}
    problem = acme.post("/v1/imports", body).refused(422, "invalid")
    assert [error["pointer"] for error in problem["errors"]] == ["/mapping/A~1B", "/mapping/C"]
    acme.post("/v1/imports", {"kind": "spaceships"}).refused(422, "invalid")


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        (
            b"sku,name,colour,name\nA,b,c,d\n",
            [("/columns/colour", "unknown_column"), ("/columns/name", "repeated_column")],
        ),
        (
            b"name,price.amount\nb,1\n",
            [("/columns/price.currency", "missing_column"), ("/columns/sku", "missing_column")],
        ),
        (b"sku,external_refs.1.id\nA,1\n", [("/columns/external_refs.1.system", "missing_column")]),
        (b"sku,barcodes.21.code\nA,1\n", [("/columns/barcodes.21.code", "unknown_column")]),
        ("sku,name\nA,b\n".encode("utf-16"), [("/file", "wrong_encoding")]),
        ("sku,größe\n".encode("latin-1"), [("/file", "wrong_encoding")]),
        (b"\n\n", [("/file", "no_header")]),
        (b'sku,"name\nA,b\n', [("/file", "malformed")]),
    ],
)
def test_a_file_whose_columns_do_not_fit_is_refused_at_the_start_with_every_reason(
    acme: Client, content: bytes, problems: list[tuple[str, str]]
) -> None:
    made = prepared(acme)
    upload(made, content)
    problem = acme.post(f"/v1/imports/{made['id']}/start").refused(422, "invalid")
    found = [(error["pointer"], error["code"]) for error in problem["errors"]]
    assert sorted(found) == sorted(problems)
    upload(acme.get(f"/v1/imports/{made['id']}").ok(), ROWS.encode())
    assert acme.post(f"/v1/imports/{made['id']}/start").ok()["state"] == "running"


def test_a_start_without_a_file_is_refused(acme: Client) -> None:
    made = prepared(acme)
    acme.post(f"/v1/imports/{made['id']}/start").refused(409, "nothing_uploaded")


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        (ROWS.encode() + b"A-3,\xff,1,EUR\r\n", "wrong_encoding", 4),
        (ROWS.encode() + b'A-3,"open,1,EUR\r\n', "malformed", 4),
        (ROWS.encode() + b'A-3,5" nail,1,EUR\r\nA-4,6" nail,1,EUR\r\n', "malformed", 4),
        (ROWS.encode() + b'A-3,"a"b,1,EUR\r\n', "malformed", 4),
        (ROWS.encode() + b"A-3," + b"x" * 130_000, "row_too_long", 4),
    ],
)
def test_a_file_that_cannot_be_read_to_its_end_writes_nothing_and_says_where(
    acme: Client, content: bytes, code: str, row: int
) -> None:
    done = imported(acme, content)
    assert (done["state"], done["problem"]["code"], done["problem"]["row"]) == ("failed", code, row)
    assert skus(acme) == []


def test_every_error_of_every_row_is_told_and_the_other_rows_are_written(acme: Client) -> None:
    acme.post("/v1/items", {"sku": "TAKEN", "name": "x", "barcodes": [{"code": "12345"}]}).ok()
    acme.post("/v1/items", {"sku": "FIXED", "name": "x", "unit": "kg"}).ok()
    lines = [
        "sku,name,unit,barcodes.1.code,barcodes.2.code,price.amount,price.currency,reorder_point",
        "GOOD-1,Good,each,,,10,EUR,",
        ',"",each,,,1,EUR,',
        'BAD-1,Bad,ech,,,"1,5",QQQ,half',
        "BAD-2,Bad,each,777,12345,1,EUR,1",
        "FIXED,Other,each,,,,,",
        "BAD-3,Bad,each,,,1,,0.5",
        "BAD-4,Bad,each",
        "GOOD-1,Again,each,,,1,EUR,",
        "BAD-5,,each,,,1,EUR,",
        "GOOD-2,Good,each,,,1,EUR,",
    ]
    done = imported(acme, "\n".join(lines))
    assert (done["state"], counts(done)) == ("done", (2, 0, 0, 8))
    assert errors(acme, done) == [
        (3, "sku", "required"),
        (4, "price.amount", "invalid_format"),
        (4, "price.currency", "unknown_currency"),
        (4, "reorder_point", "invalid_format"),
        (4, "unit", "not_one_of"),
        (5, "barcodes.2.code", "already_exists"),
        (6, "unit", "fixed"),
        (7, "price.currency", "required"),
        (8, "", "wrong_number_of_cells"),
        (9, "sku", "repeated"),
        (10, "name", "required"),
    ]
    assert skus(acme) == ["FIXED", "GOOD-1", "GOOD-2", "TAKEN"]
    assert acme.get("/v1/items?sku=FIXED").ok()["data"][0]["name"] == "x"


def test_the_failed_rows_are_a_file_that_is_imported_after_correcting_it(acme: Client) -> None:
    content = 'Nr;name;description;reorder_point\nA-1;=1+1;"-one;\n""two""";=2+2\nA-2;fine;;1\nA-3;@b;;0,5\n'
    done = imported(acme, content, mapping={"Nr": "sku"})
    assert counts(done) == (1, 0, 0, 2)
    link = done["error_file"]
    assert "X-Amz-Expires=300" in link["url"]
    raw = downloaded(link)
    rows = table(raw, ";")
    assert [list(row.values())[:5] for row in rows] == [
        ["A-1", "'=1+1", '\'-one;\n"two"', "'=2+2", "2"],
        ["A-3", "'@b", "", "0,5", "4"],
    ]
    assert rows[1]["import_errors"].startswith("reorder_point: Use a decimal such as 12.5")
    corrected = raw.decode().replace("'=2+2", "4").replace("0,5", "5").encode()
    assert counts(imported(acme, corrected, mapping={"Nr": "sku"})) == (2, 0, 0, 0)
    item = acme.get("/v1/items?sku=A-1").ok()["data"][0]
    assert (item["name"], item["description"], item["reorder_point"]) == ("=1+1", '-one;\n"two"', "4")


def test_no_error_shows_what_was_in_a_cell(acme: Client) -> None:
    done = imported(acme, "sku,name,unit,price.amount,price.currency\nA,b,Mrs Miller,Mrs Miller,Mrs Miller\n")
    reply = acme.get(f"/v1/imports/{done['id']}/rows")
    assert b"Miller" not in reply.body
    assert len(reply.ok()["data"][0]["errors"]) == 3


def test_a_dry_run_tells_every_error_and_writes_nothing(acme: Client) -> None:
    acme.post("/v1/items", {"sku": "A-1", "name": "Bike"}).ok()
    before = acme.get("/v1/items").ok()
    content = "sku,name\nA-1,Bike 2\nA-2,New\nA-2,Twice\nA-3,\n"
    done = imported(acme, content, dry_run=True)
    assert (done["state"], counts(done)) == ("done", (1, 1, 0, 2))
    assert errors(acme, done) == [(4, "sku", "repeated"), (5, "name", "required")]
    assert acme.get("/v1/items").ok() == before
    assert table(downloaded(done["error_file"]))[0]["import_row"] == "4"


def test_all_or_nothing_writes_nothing_when_a_row_has_an_error(acme: Client) -> None:
    done = imported(acme, "sku,name\nA-1,Bike\nA-2,\n", on_error="all_or_nothing")
    assert (done["state"], done["problem"]["code"]) == ("failed", "rows_failed")
    assert errors(acme, done) == [(3, "name", "required")]
    assert done["error_file"] is not None
    assert skus(acme) == []
    done = imported(acme, "sku,name\nA-1,Bike\nA-2,Bell\n", on_error="all_or_nothing")
    assert (done["state"], counts(done)) == ("done", (2, 0, 0, 0))
    assert skus(acme) == ["A-1", "A-2"]


def test_an_empty_cell_clears_and_a_missing_column_leaves_alone(acme: Client) -> None:
    full = {
        "sku": "A",
        "name": "a",
        "description": "d",
        "category": "c",
        "barcodes": [{"code": "123"}, {"code": "456"}],
        "unit": "kg",
    }
    acme.post("/v1/items", {**full, "price": {"amount": "1", "currency": "EUR"}, "reorder_point": "2"}).ok()
    assert counts(imported(acme, "sku,category\nA,c\n")) == (0, 0, 1, 0)
    header = "sku,name,unit,description,category,barcodes.1.code,price.amount,price.currency\n"
    assert counts(imported(acme, header + "A,,,,,,,\n")) == (0, 1, 0, 0)
    item = acme.get("/v1/items?sku=A").ok()["data"][0]
    assert (item["name"], item["unit"], item["reorder_point"]) == ("a", "kg", "2")
    assert (item["description"], item["category"], item["barcodes"], item["price"]) == ("", None, [], None)


def test_rows_find_their_item_by_an_external_reference_and_keep_its_others(acme: Client) -> None:
    refs = [{"system": "legacy", "id": "7"}, {"system": "shop", "id": "x"}]
    acme.post("/v1/items", {"sku": "A", "name": "a", "external_refs": refs}).ok()
    header = "external_refs.1.system,external_refs.1.id,sku,name\n"
    rows = "legacy,7,A-RENAMED,b\nlegacy,8,NEW,n\nlegacy,9,,n\n,,C,c\n"
    done = imported(acme, header + rows, key="external_ref")
    assert counts(done) == (1, 1, 0, 2)
    assert errors(acme, done) == [(4, "sku", "required"), (5, "external_refs.1.system", "required")]
    item = acme.get("/v1/items?sku=A-RENAMED").ok()["data"][0]
    assert (item["name"], item["external_refs"]) == ("b", refs)
    assert skus(acme) == ["A-RENAMED", "NEW"]


def test_a_reference_of_another_item_is_an_error_of_its_column(acme: Client) -> None:
    acme.post("/v1/items", {"sku": "A", "name": "a", "external_refs": [{"system": "legacy", "id": "7"}]}).ok()
    done = imported(acme, "sku,name,external_refs.2.id,external_refs.2.system\nB,b,7,legacy\nC,c,8,legacy\n")
    assert counts(done) == (1, 0, 0, 1)
    assert errors(acme, done) == [(2, "external_refs.2.id", "already_exists")]


def test_a_later_upload_does_not_change_what_was_started(acme: Client) -> None:
    made = prepared(acme)
    upload(made, ROWS.encode())
    acme.post(f"/v1/imports/{made['id']}/start").ok()
    upload(made, b"sku,name\nOTHER,other\n")
    acme.world.settle()
    assert skus(acme) == ["A-1", "A-2"]


def test_a_start_that_is_repeated_starts_once(acme: Client) -> None:
    made = prepared(acme)
    upload(made, ROWS.encode())
    first = acme.post(f"/v1/imports/{made['id']}/start", key="k")
    again = acme.post(f"/v1/imports/{made['id']}/start", key="k")
    assert (first.status, again.status, again.body) == (202, 202, first.body)
    assert first.header("location") == f"/v1/jobs/{first.json['job_id']}"
    acme.post(f"/v1/imports/{made['id']}/start").refused(409, "transition_refused")


def test_an_import_can_be_cancelled_before_and_after_its_start(acme: Client) -> None:
    made = prepared(acme)
    cancelled = acme.post(f"/v1/imports/{made['id']}/cancel").ok()
    assert (cancelled["state"], cancelled["upload"], cancelled["allowed_transitions"]) == ("cancelled", None, [])
    running = started(acme, ROWS.encode())
    acme.post(f"/v1/imports/{running['id']}/cancel").ok()
    acme.world.settle()
    assert skus(acme) == []
    assert acme.get(f"/v1/jobs/{running['job_id']}").ok()["state"] == "done"
    acme.post(f"/v1/imports/{running['id']}/cancel").refused(409, "transition_refused")


def test_an_import_whose_job_is_cancelled_is_cancelled(acme: Client) -> None:
    running = started(acme, ROWS.encode())
    acme.post(f"/v1/jobs/{running['job_id']}/cancel").ok()
    acme.world.settle()
    assert acme.get(f"/v1/imports/{running['id']}").ok()["state"] == "cancelled"
    assert skus(acme) == []


def test_importing_needs_both_permissions_and_reading_shows_no_form(acme: Client) -> None:
    acme.as_("sales").post("/v1/imports", {"kind": "items"}).refused(403, "forbidden")
    acme.as_("auditor").post("/v1/imports", {"kind": "items"}).refused(403, "forbidden")
    made = prepared(acme.as_("purchasing"))
    shown = acme.as_("auditor").get(f"/v1/imports/{made['id']}").ok()
    assert shown["upload"] is None
    acme.as_("sales").post(f"/v1/imports/{made['id']}/start").refused(403, "forbidden")
    acme.as_("sales").post(f"/v1/imports/{made['id']}/cancel").refused(403, "forbidden")
    acme.as_("privacy_officer").get(f"/v1/imports/{made['id']}").refused(403, "forbidden")


def test_imports_of_another_tenant_never_were(acme: Client) -> None:
    made = prepared(acme)
    other = acme.world.tenant()
    for path in ("", "/rows"):
        other.get(f"/v1/imports/{made['id']}{path}").refused(404, "not_found")
    for path in ("/start", "/cancel"):
        other.post(f"/v1/imports/{made['id']}{path}").refused(404, "not_found")
    assert other.get("/v1/imports").ok()["data"] == []


def test_imports_are_listed_newest_first_without_links(acme: Client) -> None:
    first, second = prepared(acme), prepared(acme)
    acme.post(f"/v1/imports/{first['id']}/cancel").ok()
    listed = acme.get("/v1/imports?kind=items").ok()["data"]
    assert [(each["id"], each["upload"]) for each in listed] == [(second["id"], None), (first["id"], None)]
    assert [each["id"] for each in acme.get("/v1/imports?state=cancelled").ok()["data"]] == [first["id"]]


def test_failed_rows_are_paged_and_a_cursor_fits_only_its_import(acme: Client) -> None:
    content = "sku,name\n" + "".join(f"A-{number},\n" for number in range(5))
    done, other = imported(acme, content), imported(acme, content)
    path = f"/v1/imports/{done['id']}/rows?limit=2"
    first = acme.get(path).ok()
    second = acme.get(f"{path}&cursor={first['next_cursor']}").ok()
    assert [row["row"] for row in first["data"] + second["data"]] == [2, 3, 4, 5]
    cursor = first["next_cursor"]
    acme.get(f"/v1/imports/{other['id']}/rows?limit=2&cursor={cursor}").refused(400, "bad_request")


def test_the_template_is_a_file_that_can_be_imported(acme: Client) -> None:
    template = acme.get("/v1/import-templates?kind=items").ok()
    names = [column["name"] for column in template["columns"]]
    assert names[:4] == ["sku", "name", "description", "units.1.unit"]
    assert all(column["description"].endswith(".") for column in template["columns"])
    assert "kg" in next(column["choices"] for column in template["columns"] if column["name"] == "unit")
    assert template["csv"].splitlines()[0] == ",".join(names)
    assert counts(imported(acme, template["csv"])) == (1, 0, 0, 0)
    acme.get("/v1/import-templates?kind=spaceships").refused(400, "bad_request")


def test_the_journal_says_who_imported_what(acme: Client) -> None:
    done = imported(acme, ROWS)
    events = [entry["event"] for entry in acme.get("/v1/audit").ok()["data"]]
    assert {"import.created", "import.started", "item.upserted", "import.done"} <= set(events)
    upserted = next(entry for entry in acme.get("/v1/audit").ok()["data"] if entry["event"] == "item.upserted")
    assert done["id"] in upserted["subjects"]


def test_the_error_file_shows_what_was_uploaded_to_who_may_see_it(acme: Client) -> None:
    made = imported(acme, "sku,name,cost.amount,cost.currency\nA,a,1.00,EUR\nB,,2.00,EUR\n")
    assert counts(made) == (1, 0, 0, 1)
    path = f"/v1/imports/{made['id']}"
    assert made["error_file"] is not None
    assert acme.as_("accounting").get(path).ok()["error_file"] is not None
    assert acme.as_("auditor").get(path).ok()["error_file"] is None


@pytest.mark.parametrize("title", ["barcodes." + "1" * 5000, "barcodes.-1", "barcodes.0"])
def test_a_column_of_no_possible_number_is_unknown(acme: Client, title: str) -> None:
    made = prepared(acme)
    upload(made, f"sku,name,{title}\nA,a,1\n".encode())
    acme.post(f"/v1/imports/{made['id']}/start").refused(422, "invalid")


def test_at_most_a_hundred_wrong_columns_are_told(acme: Client) -> None:
    made = prepared(acme)
    upload(made, ",".join(f"x{number}" for number in range(5000)).encode())
    assert len(acme.post(f"/v1/imports/{made['id']}/start").refused(422, "invalid")["errors"]) == 100
