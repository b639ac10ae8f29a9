"""Lists of parties with a role."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from pynamodb.expressions.condition import Condition

from chalicelib.kernel import clock, phones, uniques
from chalicelib.kernel.call import Call
from chalicelib.kernel.codes import folded
from chalicelib.kernel.external_refs import ExternalRef
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.uniques import Unique
from chalicelib.kernel.views import Filter, ListRequest, View, required
from chalicelib.parties.parties import lookups, repository, tax_ids
from chalicelib.parties.parties.queries import PartyQuery
from chalicelib.parties.parties.schemas import PartyRole, PartyStatus
from chalicelib.parties.parties.tables import (
    NUMBER,
    REF_KIND,
    ByCustomer,
    ByCustomerUpdate,
    ByVendor,
    ByVendorUpdate,
    Party,
    PartyLookup,
)
from chalicelib.search.index import service as search

_ROUNDS = 20
"""At most so many pages of look-up rows are read for one page of parties."""
_LOOKED_UP = ("email", "phone", "tax_id")


def page(call: Call, role: PartyRole, query: PartyQuery, views: Sequence[View[Any]]) -> tuple[list[Party], str | None]:
    """A page of the parties with the role, and the next cursor. BadRequest for combinations that no view supports."""
    query = search.narrowed(call, role.value, query)
    if any(getattr(query, name) is not None for name in _LOOKED_UP):
        return _found(call, role, query, views)
    if query.number is not None or query.external_system is not None or query.external_id is not None:
        owners, cursor = paginate(Unique, views, call, query)
        rows = repository.present(call, [entry.owner for entry in owners])
        return [row for row in rows if row.terms(role) is not None], cursor
    rows, cursor = paginate(Party, views, call, query)
    return [row for row in rows if row.terms(role) is not None], cursor


def _found(
    call: Call, role: PartyRole, query: PartyQuery, views: Sequence[View[Any]]
) -> tuple[list[Party], str | None]:
    """The parties that look-up rows lead to, and that are what is asked for: look-up rows know neither role nor
    status, and those of a telephone number lead to all that end alike."""
    rows: list[Party] = []
    cursor = query.cursor
    for _ in range(_ROUNDS):
        wanted = msgspec.structs.replace(query, cursor=cursor, limit=query.limit - len(rows))
        entries, cursor = paginate(PartyLookup, views, call, wanted)
        parties = repository.read_all(call, [entry.party_id for entry in entries])
        rows += [row for row in parties if _is_meant(role, query, row)]
        if cursor is None or len(rows) >= query.limit:
            break
    return rows, cursor


def _is_meant(role: PartyRole, query: PartyQuery, row: Party) -> bool:
    if row.terms(role) is None or row.status is PartyStatus.MERGED:
        return False
    contacts = row.contacts or []
    if query.phone is not None:
        return any(each.phone and phones.is_same(query.phone, each.phone) for each in contacts)
    if query.email is not None:
        return folded(query.email) in lookups.emails(contacts)
    number = tax_ids.looked_up(required(query.tax_id))
    return number in [tax_ids.looked_up(each.tax_number) for each in row.tax_ids or []]


def views(role: PartyRole, *filters: Filter) -> tuple[View[Any], ...]:
    """The ways to list the parties with a role. filters: those that only this role has."""
    is_customer = role is PartyRole.CUSTOMER
    key = ByCustomer.customer_key if is_customer else ByVendor.vendor_key
    index, update_index = (f"by_{role}", f"by_{role}_update")
    update = ByCustomerUpdate if is_customer else ByVendorUpdate
    update_key = ByCustomerUpdate.customer_update_key if is_customer else ByVendorUpdate.vendor_update_key
    by: tuple[str | Filter, ...] = ("status", "kind", *filters)

    def of_state(state: str) -> Callable[[ListRequest[Any]], Condition]:
        return lambda request: key == request.tenant.key(role, state)

    return (
        View(of_state("present"), index=index, newest_first=True, filters=by, when=_wants_present),
        View(of_state("merged"), index=index, newest_first=True, filters=by, when=_wants_merged),
        View(
            lambda request: (
                (update_key == request.tenant.key(role))
                & (update.updated_at >= clock.text(required(request.query.updated_since)))
            ),
            needs=frozenset({"updated_since"}),
            sort="updated_at",
            index=update_index,
            filters=by,
        ),
        View(lambda request: update_key == request.tenant.key(role), sort="updated_at", index=update_index, filters=by),
        *_LOOKUPS,
        View(
            lambda request: uniques.is_value(request.tenant, NUMBER[role], required(request.query.number)),
            needs=frozenset({"number"}),
        ),
        View(
            lambda request: uniques.is_value(
                request.tenant,
                REF_KIND,
                ExternalRef(required(request.query.external_system), required(request.query.external_id)).value,
            ),
            needs=frozenset({"external_system", "external_id"}),
        ),
    )


def _wants_merged(query: PartyQuery) -> bool:
    return query.status is PartyStatus.MERGED


def _wants_present(query: PartyQuery) -> bool:
    return query.status is not PartyStatus.MERGED


_LOOKUPS: tuple[View[Any], ...] = (
    View(
        lambda request: PartyLookup.partition == lookups.email(request.tenant, required(request.query.email)),
        needs=frozenset({"email"}),
    ),
    View(
        lambda request: PartyLookup.partition == lookups.phone(request.tenant, required(request.query.phone)),
        needs=frozenset({"phone"}),
    ),
    View(
        lambda request: PartyLookup.partition == lookups.tax_id(request.tenant, required(request.query.tax_id)),
        needs=frozenset({"tax_id"}),
    ),
)
