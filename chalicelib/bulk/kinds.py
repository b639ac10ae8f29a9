"""What a package says about the rows of a kind: how they are read and written. It declares the `Kind` in its
`module.py` by a `BulkKind`; imports, exports and bulk endpoints need nothing else."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import UNSET

from chalicelib.access import permissions
from chalicelib.bulk.schemas import BulkKey, BulkRowOutcome
from chalicelib.kernel import declaration, visibility
from chalicelib.kernel.bulk import BulkKind
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.model import Document
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.events import Event
from chalicelib.kernel.work import Work

R = TypeVar("R", bound=msgspec.Struct)
S = TypeVar("S", bound=msgspec.Struct)
D = TypeVar("D", bound=Document)
PAGE_ROWS = 100
Upserted = tuple[BulkRowOutcome, str]
"""What became of a row, and the id of its document."""
UniqueValue = tuple[str, str]
"""The pointer to a value within its row, and the value in the form in which it is compared."""


@dataclass(frozen=True, slots=True)
class Kind(Generic[R]):
    """How rows of a kind are read and written.

    row: the struct of a row, which changes only the fields that are given (`ItemRow`). keys: by what rows can find
    their document, with the field that holds it. event: of a commit that writes rows. upsert: the one way to write a
    row: adds its writes to the work; the pointer says where the row lies. Raises DomainError for a row that cannot be
    written. prepare: reads in advance what the rows need, in few round trips. together, instead of these: the way to
    write rows that make one document: gets them by their position, and the id of their import, and returns what became
    of each. most_rows: are tried in one transaction, if not as many as usual. code: what people call the row. unique:
    the values that no other row of the same request or file may have. page: the rows of documents in a stable order,
    strongly consistent: those with a status, or all, after the id of the last page; and the id to go on after, None at
    the end. None when the kind is not exported. example: the values of a row, for the template. hidden_without:
    permission to the fields of a row that callers without it neither see nor set. needs: the values of `unique` of
    other rows that a row refers to; such a row is written in a later transaction than these.
    """

    row: type[R]
    keys: Mapping[BulkKey, str]
    event: Event
    code: Callable[[R], str | None]
    unique: Callable[[R], Iterable[UniqueValue]]
    page: Callable[[Call, str | None, str | None], tuple[list[R], str | None]] | None
    example: Mapping[str, Any]
    prepare: Callable[[Work, Sequence[R], BulkKey], None] = lambda work, rows, key: None
    upsert: Callable[[Work, R, BulkKey, str], Upserted] | None = None
    hidden_without: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    needs: Callable[[R], Iterable[UniqueValue]] = lambda _: ()
    together: Callable[[Work, Mapping[int, R], str], list[Upserted]] | None = None
    most_rows: int | None = None

    def write(self, work: Work, row: R, key: BulkKey, pointer: str) -> Upserted:
        """Writes one row. TypeError for a kind whose rows are written together."""
        if self.upsert is None:
            raise TypeError(f"{self.row.__name__} is written together with others")
        return self.upsert(work, row, key, pointer)

    def hidden_from(self, roles: frozenset[str]) -> list[str]:
        """The fields of rows that somebody with these roles may neither see nor set."""
        return sorted(
            name
            for permission, names in self.hidden_without.items()
            if not permissions.is_allowed(roles, permission)
            for name in names
        )


def names() -> list[str]:
    """The names of all kinds."""
    return sorted(declaration.bulk_kinds())


def exported() -> list[str]:
    """The names of the kinds that can be exported."""
    return [name for name in names() if load(name).page is not None]


def declared(name: str) -> BulkKind | None:
    """The declaration of a kind; None when there is no such kind."""
    found = declaration.bulk_kinds().get(name)
    return None if found is None else found[1]


def load(name: str) -> Kind[Any]:
    """The kind. KeyError when there is no such kind."""
    module, kind = declaration.bulk_kinds()[name]
    loaded: Kind[Any] = module.member(kind.place)
    return loaded


def may_read(call: Call, name: str) -> bool:
    """Whether the caller may read documents of the kind."""
    kind = declared(name)
    return kind is not None and permissions.is_allowed(call.roles, kind.read)


def repeated(kind: Kind[R], rows: Iterable[tuple[int, R]]) -> dict[int, list[FieldError]]:
    """By row: an error for each unique value that an earlier row, or the same one, has already."""
    found: dict[int, list[FieldError]] = {}
    seen: set[UniqueValue] = set()
    for index, row in rows:
        for pointer, value in kind.unique(row):
            name = (pointer.partition("/")[0], value)
            if name in seen:
                found.setdefault(index, []).append(twice(pointer))
            seen.add(name)
    return found


def forbidden(kind: Kind[R], roles: frozenset[str], rows: Iterable[tuple[int, R]]) -> dict[int, list[FieldError]]:
    """By row: an error for each given field that somebody with these roles may not set."""
    hidden = kind.hidden_from(roles)
    found = {
        index: [not_allowed(f"/{name}") for name in hidden if getattr(row, name) is not UNSET] for index, row in rows
    }
    return {index: errors for index, errors in found.items() if errors}


def not_allowed(pointer: str) -> FieldError:
    """The error of a field that the caller may not set."""
    return FieldError(pointer, "forbidden", "You may not set this; leave it out.")


def row_of(kind: type[R], shown: msgspec.Struct, **derived: object) -> R:
    """The row of a document, from the fields of the same names that its representation has; `derived` are others."""
    present = set(shown.__struct_fields__) - derived.keys()
    return kind(**{name: getattr(shown, name) for name in kind.__struct_fields__ if name in present}, **derived)


def key_field(kind: Kind[R], row: R, key: BulkKey, pointer: str) -> str:
    """The name of the field by which the row finds its document. Invalid when the row does not have it."""
    name = kind.keys[key]
    if getattr(row, name) in (UNSET, None, []):
        raise Invalid(errors=[FieldError(f"{pointer}/{name}", "required", "Rows are matched by this; give it.")])
    return name


def as_new(kind: type[S], row: msgspec.Struct, pointer: str) -> S:
    """The given fields of a row as a command that creates a document. Invalid for each that it lacks."""
    given = {name: getattr(row, name) for name in row.__struct_fields__ if getattr(row, name) is not UNSET}
    problems = [
        FieldError(f"{pointer}/{field.name}", "required", "A new one needs it.")
        for field in msgspec.structs.fields(kind)
        if field.required and field.name not in given
    ]
    if problems:
        raise Invalid(errors=problems)
    return kind(**given)


def twice(pointer: str) -> FieldError:
    """The error of a unique value that an earlier row has already."""
    return FieldError(f"/{pointer}", "repeated", "An earlier row has this value already.")


def in_order(model: type[D], call: Call, status: str | None, after: str | None) -> tuple[list[D], str | None]:
    """Documents with a status, in the order of their creation, for `Kind.page`."""
    keys = model.partition == call.tenant.key()
    if after is not None:
        keys &= model.id > after
    page = store.query(model, keys, limit=PAGE_ROWS)
    rows = [model.read(item) for item in page.items]
    shown = [row for row in visibility.visible(call, rows) if status is None or getattr(row, "status", None) == status]
    return shown, rows[-1].id if page.next_key is not None and rows else None
