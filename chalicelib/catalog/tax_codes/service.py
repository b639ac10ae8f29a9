"""Use cases of tax codes."""

from collections.abc import Collection, Iterable

from msgspec import UNSET

from chalicelib.catalog.tax_codes import events, rules, tables
from chalicelib.catalog.tax_codes.schemas import NewTaxCode, TaxCode, TaxCodeChange, TaxCodeQuery
from chalicelib.kernel import lifecycle
from chalicelib.kernel.call import Call
from chalicelib.kernel.codes import folded
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.errors import Invalid
from chalicelib.kernel.lifecycle import LIFECYCLE, LifecycleStatus
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import patch, to_row, to_struct
from chalicelib.kernel.names import Named
from chalicelib.kernel.pages import Page
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.visibility import find_many, load_visible
from chalicelib.kernel.work import Work


@use_case(events.CREATED)
def create(work: Work, command: NewTaxCode) -> TaxCode:
    """Creates a tax code. AlreadyExists when another one has its code, Invalid for wrong rates."""
    return view(add(work, command))


@use_case(events.UPDATED)
def update(work: Work, tax_code_id: str, change: TaxCodeChange) -> TaxCode:
    """Changes the given fields of a tax code."""
    row = work.load_for_update(tables.TaxCode, work.tenant.key(), tax_code_id)
    apply(work, row, change)
    return view(work.save(row))


@use_case(events.ARCHIVED)
def archive(work: Work, tax_code_id: str) -> TaxCode:
    """Archives the tax code: items cannot be given it any more."""
    return view(lifecycle.run_transition(work, tables.TaxCode, tax_code_id, "archive"))


@use_case(events.RESTORED)
def restore(work: Work, tax_code_id: str) -> TaxCode:
    """Restores an archived tax code."""
    return view(lifecycle.run_transition(work, tables.TaxCode, tax_code_id, "restore"))


def read(call: Call, tax_code_id: str) -> TaxCode:
    """One tax code. NotFound."""
    return view(load_visible(call, tables.TaxCode, call.tenant.key(), tax_code_id))


def page(call: Call, query: TaxCodeQuery) -> Page[TaxCode]:
    """A page of tax codes."""
    rows, cursor = paginate(tables.TaxCode, tables.VIEWS, call, query)
    return Page([view(row) for row in rows], cursor)


def names(call: Call, tax_code_ids: Collection[str]) -> dict[str, Named]:
    """The names and codes of tax codes."""
    rows = find_many(call, tables.TaxCode, [Ref(tables.TaxCode, call.tenant.key(), each) for each in tax_code_ids])
    return {row.id: Named(kind=tables.TaxCode.entity, name=row.name, code=row.code) for row in rows}


def ref(work: Work, tax_code_id: str) -> Ref:
    """The key of a tax code, for reading it together with other rows."""
    return Ref(tables.TaxCode, work.tenant.key(), tax_code_id)


def active(work: Work, requested: Iterable[tuple[str, str]]) -> dict[str, TaxCode]:
    """Id to tax code, for references given as (id, pointer). Invalid at each pointer whose tax code is missing or
    archived."""
    return {each: view(row) for each, row in lifecycle.referenced(work, tables.TaxCode, requested).items()}


def known(work: Work, requested: Iterable[tuple[str, str]]) -> dict[str, TaxCode]:
    """Like `active`, but accepts archived tax codes, which items may still have."""
    found = lifecycle.referenced(work, tables.TaxCode, requested, archived=True)
    return {each: view(row) for each, row in found.items()}


def ids_by_code(work: Work, codes: Iterable[str]) -> dict[str, str]:
    """Code, as it is given, to the id of the tax code; without unknown codes."""
    return work.owners(tables.CODE, codes)


def add(work: Work, command: NewTaxCode, pointer: str = "") -> tables.TaxCode:
    """Adds a new row and its code to the work. Invalid for wrong rates. pointer: where it lies in the request."""
    row = to_row(
        tables.TaxCode,
        command,
        partition=work.tenant.key(),
        id=work.new_id("txc"),
        folded_code=folded(command.code),
        status=LifecycleStatus.ACTIVE,
    )
    _check_rates(row, pointer)
    work.create(row)
    work.claim(tables.CODE, command.code, row.id, f"{pointer}/code")
    return row


def apply(work: Work, row: tables.TaxCode, change: TaxCodeChange, pointer: str = "") -> None:
    """Changes the given fields of the row and its code. Invalid for wrong rates. pointer: where it lies in the
    request."""
    if change.code is not UNSET and folded(change.code) != row.folded_code:
        work.release(tables.CODE, row.code, row.id)
        work.claim(tables.CODE, change.code, row.id, f"{pointer}/code")
    patch(row, change)
    row.folded_code = folded(row.code)
    _check_rates(row, pointer)


def _check_rates(row: tables.TaxCode, pointer: str) -> None:
    problems = rules.rate_errors(row.kind, row.rates or (), pointer)
    if problems:
        raise Invalid(errors=problems)


def view(row: tables.TaxCode) -> TaxCode:
    """The API's representation of the row."""
    return to_struct(row, TaxCode, allowed_transitions=LIFECYCLE.allowed(row))
