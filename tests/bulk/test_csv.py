"""CSV: what is written is read again, whatever the texts are; what spreadsheets do with it is harmless."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.bulk import csv_text, fields, rows
from chalicelib.bulk.csv_text import CsvRefusedError, Position, guarded, unguarded
from chalicelib.bulk.fields import Form
from chalicelib.bulk.schemas import CsvSeparator
from chalicelib.catalog.items.bulk_schemas import ItemRow

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12) | st.text(
    st.sampled_from("'=+-@\t\r\n\",; \ufeffä"), max_size=8
)
TABLES = st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(TEXTS, min_size=width, max_size=width), max_size=6))
SEPARATORS = st.sampled_from(CsvSeparator)


def read(content: bytes, separator: CsvSeparator) -> list[list[str]]:
    return [
        record.cells for record in csv_text.records(lambda a, b: content[a:b], len(content), Position(0, 0), separator)
    ]


@given(TABLES, SEPARATORS, st.integers(1, 40))
def test_any_table_of_texts_survives_writing_and_reading(
    table: list[list[str]], separator: CsvSeparator, size: int
) -> None:
    content = "".join(csv_text.line(line, separator) for line in table).encode()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(csv_text, "RANGE_BYTES", size)  # a row crosses ranges, and so does a character
        assert read(content, separator) == table
    others = list(csv.reader(io.StringIO(content.decode(), newline=""), delimiter=separator, strict=True))
    assert others == table


@given(TABLES, SEPARATORS)
def test_reading_can_go_on_behind_any_row(table: list[list[str]], separator: CsvSeparator) -> None:
    content = "".join(csv_text.line(line, separator) for line in table).encode()
    whole = list(csv_text.records(lambda a, b: content[a:b], len(content), Position(0, 0), separator))
    for index, record in enumerate(whole):
        rest = csv_text.records(lambda a, b: content[a:b], len(content), record.end, separator)
        assert list(rest) == whole[index + 1 :]


@given(TEXTS)
def test_an_apostrophe_of_ours_is_taken_off_and_every_other_stays(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@pytest.mark.parametrize("text", ["'", "''", "'tis", "O'Neil", "1-2", "a=b", "'90s"])
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert guarded(text) == unguarded(text) == text


def test_numbers_of_ours_stay_numbers_and_texts_are_guarded() -> None:
    forms = {column.name: column.leaf.form for column in fields.columns(fields.of(ItemRow), {})}
    assert {name for name, form in forms.items() if form is Form.VALUE} == {
        *("price.amount", "cost.amount", "reorder_point", "weight.value", "weight.unit", "unit", "tracking"),
        *("size.length", "size.width", "size.height", "size.unit", "barcodes.1.type", "kind", "expiry"),
        *("price.per", "cost.per", "units.1.numerator", "units.1.denominator", "components.1.quantity"),
    }
    columns = [column for column in fields.columns(fields.of(ItemRow), {}) if column.name in ("sku", "reorder_point")]
    assert rows.cells_of(columns, {"sku": "-1", "reorder_point": "-1"}) == ["'-1", "-1"]


@pytest.mark.parametrize(
    ("header", "separator"),
    [("a,b;c,d", ","), ("a;b;c,d", ";"), ('"a;;;",b', ","), ("a", ","), ('"a,b"', ","), ('"a,b";c', ";")],
)
def test_the_separator_is_what_the_header_has_outside_of_quotes(header: str, separator: str) -> None:
    assert csv_text.detected(header) == separator


def test_rows_are_numbered_as_a_spreadsheet_does() -> None:
    content = b'h\r\n\r\n"a\r\nb"\nc'
    found = csv_text.records(lambda a, b: content[a:b], len(content), Position(0, 0), CsvSeparator.COMMA)
    assert [(record.end.row, record.cells) for record in found] == [(1, ["h"]), (3, ["a\r\nb"]), (4, ["c"])]


def test_a_quote_that_is_never_closed_is_told_where_it_opens() -> None:
    with pytest.raises(CsvRefusedError) as refused:
        read(b'a,b\nc,"d\ne,f\n', CsvSeparator.COMMA)
    assert (refused.value.code, refused.value.row) == ("malformed", 2)


@given(st.dictionaries(st.sampled_from(["sku", "name", "category"]), st.from_regex(r"\A[='+@a-z-]{1,9}\Z")))
def test_any_row_survives_its_cells(body: dict[str, str]) -> None:
    known = fields.of(ItemRow)
    columns = [column for column in fields.columns(known, {}) if column.name in body]
    if not columns:
        return
    header = rows.Header(tuple(columns))
    found, errors, _ = rows.read(ItemRow, header, rows.cells_of(columns, body))
    assert errors == []
    assert found is not None and rows.body_of(found) == body


@pytest.mark.parametrize("size", [csv_text.RANGE_BYTES, 50_000], ids=["in one range", "in several"])
def test_a_line_is_too_long_wherever_the_ranges_end(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_text, "RANGE_BYTES", size)
    content = b"x" * 70_000 + b"," + b"y" * 70_000 + b"\n"
    with pytest.raises(CsvRefusedError) as refused:
        list(csv_text.records(lambda start, end: content[start:end], len(content), Position(0, 1), CsvSeparator.COMMA))
    assert refused.value.code == "row_too_long"
