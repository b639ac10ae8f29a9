"""Use cases of custom fields, and the check of their values for the documents that have them."""

from collections.abc import Mapping
from typing import NamedTuple

from chalicelib.catalog.custom_fields import events, rules, tables
from chalicelib.catalog.custom_fields.rules import Value, ValueRefusedError
from chalicelib.catalog.custom_fields.schemas import (
    CustomField,
    CustomFieldChange,
    CustomFieldEntity,
    CustomFieldQuery,
    NewCustomField,
)
from chalicelib.kernel import lifecycle, uniques
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.errors import BadRequest, FieldError, Invalid
from chalicelib.kernel.lifecycle import LIFECYCLE, LifecycleStatus
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import patch, to_row, to_struct
from chalicelib.kernel.pages import Page
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.visibility import find, load_visible
from chalicelib.kernel.work import Work


@use_case(events.CREATED)
def create(work: Work, command: NewCustomField) -> CustomField:
    """Declares a field. AlreadyExists when another field of the entity has its code."""
    row = to_row(
        tables.CustomField,
        command,
        partition=work.tenant.key(),
        id=work.new_id("cuf"),
        of=command.entity,
        status=LifecycleStatus.ACTIVE,
    )
    _check(row)
    work.create(row)
    work.claim(tables.code_kind(command.entity), command.code, row.id, "/code")
    return view(row)


@use_case(events.UPDATED)
def update(work: Work, custom_field_id: str, change: CustomFieldChange) -> CustomField:
    """Changes the given fields of a declaration. Values that documents have stay as they are."""
    row = work.load_for_update(tables.CustomField, work.tenant.key(), custom_field_id)
    patch(row, change)
    _check(row)
    return view(work.save(row))


@use_case(events.ARCHIVED)
def archive(work: Work, custom_field_id: str) -> CustomField:
    """Archives a field: it takes no more values; those that documents have stay."""
    return view(lifecycle.run_transition(work, tables.CustomField, custom_field_id, "archive"))


@use_case(events.RESTORED)
def restore(work: Work, custom_field_id: str) -> CustomField:
    """Restores an archived field."""
    return view(lifecycle.run_transition(work, tables.CustomField, custom_field_id, "restore"))


def _check(row: tables.CustomField) -> None:
    problems = rules.errors(row, row.of)
    if problems:
        raise Invalid(errors=problems)


def read(call: Call, custom_field_id: str) -> CustomField:
    """One field. NotFound."""
    return view(load_visible(call, tables.CustomField, call.tenant.key(), custom_field_id))


def page(call: Call, query: CustomFieldQuery) -> Page[CustomField]:
    """A page of fields, oldest first."""
    rows, cursor = paginate(tables.CustomField, tables.VIEWS, call, query)
    return Page([view(row) for row in rows], cursor)


class Checked(NamedTuple):
    """The result of a check. values: what a document is to have after it; None when there is nothing. errors: one for
    each value that was refused."""

    values: dict[str, Value] | None
    errors: list[FieldError]


def check(
    work: Work,
    entity: CustomFieldEntity,
    given: Mapping[str, Value | None],
    pointer: str,
    current: Mapping[str, Value] | None = None,
) -> Checked:
    """Checks values that are given for a document of the entity at `pointer`, where None takes a value away, and puts
    them over its `current` values. Costs two round trips for a request that gives any."""
    values, problems = dict(current or {}), []
    owners = work.owners(tables.code_kind(entity), given) if given else {}
    rows = dict(zip(owners, work.read(*(_ref(work, each) for each in owners.values())), strict=True))
    for code, value in given.items():
        row, at = rows.get(code), f"{pointer}/{code.replace('~', '~0').replace('/', '~1')}"
        if not isinstance(row, tables.CustomField):
            problems.append(FieldError(at, "unknown_custom_field", "No custom field has this code."))
        elif value is None:
            values.pop(row.code, None)
        elif row.status is not LifecycleStatus.ACTIVE:
            problems.append(FieldError(at, "archived_custom_field", "The custom field is archived."))
        else:
            try:
                values[row.code] = rules.stored(row, value)
            except ValueRefusedError as error:
                problems.append(FieldError(at, error.code, str(error)))
    return Checked(values or None, problems)


def _ref(work: Work, custom_field_id: str) -> Ref:
    return Ref(tables.CustomField, work.tenant.key(), custom_field_id)


def requested(call: Call, entity: CustomFieldEntity, text: str) -> str:
    """The filter of a list, `code:value`, in the form that `matches` compares with. BadRequest when there is no such
    field, when it is not filterable, or when the value is of another type."""
    code, _, value = text.partition(":")
    owner = uniques.owners(call.tenant, tables.code_kind(entity), [code]).get(code)
    row = None if owner is None else find(call, tables.CustomField, call.tenant.key(), owner)
    if row is None or not row.filterable:
        says = "Use the code of a filterable custom field, a colon, and a value."
        raise _bad("unknown_custom_field", says)
    try:
        return f"{row.code}:{rules.wanted(row, value)}"
    except ValueRefusedError as error:
        raise _bad(error.code, str(error)) from None


def _bad(code: str, says: str) -> BadRequest:
    return BadRequest(says, errors=[FieldError("/query/custom_field", code, says)])


def matches(values: Mapping[str, Value] | None, request: str) -> bool:
    """Whether a document with these values matches a filter that `requested` has returned."""
    code, _, text = request.partition(":")
    return rules.matches(values, code, text)


def view(row: tables.CustomField) -> CustomField:
    """The API's representation of the row."""
    return to_struct(row, CustomField, entity=row.of, allowed_transitions=LIFECYCLE.allowed(row))
