"""Between the cells of a line and the body of a row, in both directions."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET

from chalicelib.bulk import fields
from chalicelib.bulk.csv_text import guarded, unguarded
from chalicelib.bulk.fields import Column, Field, Form, Shape
from chalicelib.edge import decode
from chalicelib.kernel.dynamo.attributes import encode_hook
from chalicelib.kernel.errors import FieldError, Invalid

R = TypeVar("R", bound=msgspec.Struct)
NOTES = ("import_row", "import_errors")
"""The columns that a file of failed rows has in addition; an import passes over them."""
_encoder = msgspec.json.Encoder(enc_hook=encode_hook, decimal_format="string")
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_FLAGS = {"true": True, "false": False}
_LONGEST_NAME = 64
_MOST_PROBLEMS = 100


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a file; None for one that is passed over."""

    columns: tuple[Column | None, ...]

    def title(self, pointer: str, places: Mapping[str, str]) -> str:
        """What the file calls the column that a pointer leads to: the column itself, or the first of its field."""
        while pointer:
            if pointer in places:
                return places[pointer]
            pointer = pointer.rpartition("/")[0]
        return ""


def header(kind: type[msgspec.Struct], titles: Sequence[str], mapping: Mapping[str, str | None], key: str) -> Header:
    """The columns of a file by its header. Invalid with an error for each column that is unknown, given twice or
    missing. mapping: their name to ours, or to None for a column to pass over. key: the field that rows need."""
    known = fields.of(kind)
    names = {title: mapping.get(title, title) for title in titles}
    columns: list[Column | None] = []
    problems: list[FieldError] = []
    seen: set[str] = set()
    for title in titles:
        name = names[title]
        is_passed_over = name is None or name in NOTES
        column = None if name is None or is_passed_over else fields.find(known, name, title)
        if column is not None and column.name in seen:
            problems.append(_problem(title, "repeated_column", "There are two columns for this field."))
        elif column is None and not is_passed_over:
            says = f"There is no field of this name; map it to one, or to null to pass over it. {_names(known)}"
            problems.append(_problem(title, "unknown_column", says))
        seen |= {column.name} if column is not None else set()
        columns.append(column)
    problems += [
        _problem(title, "missing_column", "The mapping names this column, and the file does not have it.")
        for title in mapping
        if title not in titles
    ]
    problems += _missing(known, [column for column in columns if column is not None], key)
    if problems:
        raise Invalid("The columns of the file do not fit.", errors=problems[:_MOST_PROBLEMS])
    return Header(tuple(columns))


def _missing(known: Sequence[Field], columns: Sequence[Column], key: str) -> list[FieldError]:
    """An error for each column without which rows cannot be read."""
    present = {column.name for column in columns}
    wanted = [
        Column(column.field, column.member, leaf, "").name
        for column in columns
        for leaf in column.field.leaves
        if leaf.is_required and column.field.shape in (Shape.GROUP, Shape.GROUPS)
    ]
    problems = [
        _problem(name, "missing_column", "The other columns of this field need it.")
        for name in dict.fromkeys(wanted)
        if name not in present
    ]
    given = {column.field.name for column in columns}
    always = [field.name for field in known if field.shape is Shape.PLAIN and field.leaves[0].is_required]
    problems += [
        _problem(name, "missing_column", "Rows are matched by this; the file needs it.")
        for name in dict.fromkeys([key, *always])
        if name not in given
    ]
    return problems


def _problem(name: str, code: str, says: str) -> FieldError:
    return FieldError(f"/columns/{name[:_LONGEST_NAME].replace('~', '~0').replace('/', '~1')}", code, says)


def _names(known: Sequence[Field]) -> str:
    return "Fields: " + ", ".join(field.name for field in known) + "."


def read(kind: type[R], found: Header, cells: Sequence[str]) -> tuple[R | None, list[FieldError], dict[str, str]]:
    """The row of a line, its errors, and pointer to column of what it holds."""
    if len(cells) != len(found.columns):
        says = f"This row has {len(cells)} cells, the header {len(found.columns)}."
        return None, [FieldError("", "wrong_number_of_cells", says)], {}
    body, places = _body(found, cells)
    try:
        return decode.convert(kind, body), [], places
    except Invalid as error:
        return None, list(error.errors), places


def valid(kind: type[R], found: Header, cells: Sequence[str]) -> R | None:
    """The row of a line, None when it has errors; finding these costs twenty times as much."""
    if len(cells) != len(found.columns):
        return None
    body, _ = _body(found, cells)
    return decode.valid(kind, body)


def _body(found: Header, cells: Sequence[str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The row as a decoded JSON body, and pointer to column."""
    given: dict[str, list[tuple[Column, str]]] = {}
    for column, cell in zip(found.columns, cells, strict=True):
        if column is not None:
            given.setdefault(column.field.name, []).append((column, unguarded(cell)))
    body: dict[str, Any] = {}
    places: dict[str, str] = {}
    for name, members in given.items():
        places[f"/{name}"] = members[0][0].title
        value = _value(members[0][0].field, members, places)
        if value is not UNSET:
            body[name] = value
    return body, places


def _value(field: Field, members: Sequence[tuple[Column, str]], places: dict[str, str]) -> Any:
    """The value of a field by its cells, of whatever type it is; UNSET when they say nothing."""
    if field.shape is Shape.PLAIN:
        column, cell = members[0]
        return _scalar(column.leaf.form, cell) if cell else field.empty
    if field.shape is Shape.GROUP:
        for column, _ in members:
            places[f"/{field.name}/{column.leaf.name}"] = column.title
        return {column.leaf.name: _scalar(column.leaf.form, cell) for column, cell in members if cell} or field.empty
    if field.shape is Shape.MAP:
        for column, _ in members:
            places[f"/{field.name}/{column.member}"] = column.title
        return {column.member: _scalar(column.leaf.form, cell) if cell else None for column, cell in members}
    return _elements(field, members, places)


def _elements(field: Field, members: Sequence[tuple[Column, str]], places: dict[str, str]) -> list[Any]:
    """The elements of a list in the order of their numbers; those whose cells are all empty are left out."""
    by_number: dict[int, list[tuple[Column, str]]] = {}
    for column, cell in members:
        if cell:
            by_number.setdefault(int(column.member), []).append((column, cell))
    titles = {column.name: column.title for column, _ in members}
    elements: list[Any] = []
    for number in sorted(by_number):
        at = f"/{field.name}/{len(elements)}"
        cells = by_number[number]
        places[at] = cells[0][0].title
        if field.shape is Shape.LIST:
            elements.append(_scalar(cells[0][0].leaf.form, cells[0][1]))
            continue
        for leaf in field.leaves:
            places[f"{at}/{leaf.name}"] = titles.get(f"{field.name}.{number}.{leaf.name}", cells[0][0].title)
        elements.append({column.leaf.name: _scalar(column.leaf.form, cell) for column, cell in cells})
    return elements


def _scalar(form: Form, cell: str) -> str | int | bool | list[str]:
    """The value of a cell; what is not in form stays a text, which the field then refuses."""
    if form is Form.LINES:
        return [each for each in cell.replace("\r", "").split("\n") if each]
    if form is Form.WHOLE and _WHOLE.fullmatch(cell):
        return int(cell)
    if form is Form.FLAG:
        return _FLAGS.get(cell.lower(), cell)
    return cell


def body_of(row: msgspec.Struct) -> dict[str, Any]:
    """The fields of a row as decoded JSON."""
    body: dict[str, Any] = msgspec.json.decode(_encoder.encode(row))
    return body


def members_of(known: Sequence[Field], body: Mapping[str, Any]) -> dict[str, list[str]]:
    """The members that the lists and maps of a row have."""
    found: dict[str, list[str]] = {}
    for field in known:
        value = body.get(field.name)
        if field.shape in (Shape.LIST, Shape.GROUPS) and value:
            found[field.name] = [str(len(value))]
        elif field.shape is Shape.MAP and value:
            found[field.name] = sorted(value)
    return found


def together(
    known: Sequence[Field], one: Mapping[str, list[str]], other: Mapping[str, list[str]]
) -> dict[str, list[str]]:
    """The members of both; of a list, its greatest length."""
    found: dict[str, list[str]] = {}
    for field in known:
        given = {*one.get(field.name, ()), *other.get(field.name, ())}
        if given:
            found[field.name] = sorted(given) if field.shape is Shape.MAP else [str(max(map(int, given)))]
    return found


def cells_of(columns: Sequence[Column], body: Mapping[str, Any]) -> list[str]:
    """The cells of a row, in the order of the columns."""
    return [_cell(column, body.get(column.field.name)) for column in columns]


def _cell(column: Column, value: object) -> str:
    """The text of one cell, from the value of its field as decoded JSON."""
    if isinstance(value, list) and column.field.shape in (Shape.LIST, Shape.GROUPS):
        index = int(column.member) - 1
        value = value[index] if index < len(value) else None
    if isinstance(value, dict) and column.field.shape is Shape.MAP:
        value = value.get(column.member)
    if isinstance(value, dict) and column.leaf.name:
        value = value.get(column.leaf.name)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):  # of texts, in the form LINES
        return guarded("\n".join(value))
    return guarded(str(value)) if column.leaf.form is Form.TEXT else str(value)
