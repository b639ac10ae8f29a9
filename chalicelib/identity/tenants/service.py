"""Use cases of the tenant: its settings for its administrator, its status for the operator."""

from zoneinfo import available_timezones

from msgspec import UNSET

from chalicelib.access import access_state
from chalicelib.identity.tenants import events, tables
from chalicelib.identity.tenants.schemas import Settings, Tenant, TenantStatus
from chalicelib.identity.tenants.states import TENANT
from chalicelib.jobs import service as jobs
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import AlreadyExists, FieldError, Invalid
from chalicelib.kernel.mapping import patch, to_struct
from chalicelib.kernel.money import RoundingMode
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.visibility import find
from chalicelib.kernel.work import Work

SYNC_JOB = "tenant.sync"


@use_case(events.CREATED)
def create(work: Work, name: str, alias: str) -> Tenant:
    """Adds the tenant's document; changes nothing when it is there already. AlreadyExists when it was made under
    another name: two companies may not share an organization."""
    row = _load_or_defaults(work)
    if row.name is None:
        row.name, row.alias = name, alias
        return _save(work, row)
    if row.name != name:
        raise AlreadyExists("There is a tenant with this alias under another name.")
    return view(work.tenant.id, row)


@use_case(events.UPDATED)
def update(work: Work, change: Settings) -> Tenant:
    """Changes the given settings. Invalid for a time zone that does not exist."""
    if change.time_zone is not UNSET and change.time_zone not in available_timezones():
        problem = FieldError("/time_zone", "unknown_time_zone", "There is no such time zone in the IANA database.")
        raise Invalid(errors=[problem])
    row = _load_or_defaults(work)
    work.match(row)
    patch(row, change)
    return _save(work, row)


@use_case(events.STATUS_CHANGED)
def step(work: Work, name: str) -> Tenant:
    """Suspends, resumes or closes the tenant. Its people are shut out or let in here at once; a job brings Keycloak up
    to date. TransitionRefused."""
    row = _load_or_defaults(work)
    TENANT.take(row, name)
    access_state.write_tenant(work, is_blocked=row.status is not TenantStatus.ACTIVE)
    jobs.start(work, SYNC_JOB, row.id)
    return _save(work, row)


def read(call: Call) -> Tenant:
    """The caller's tenant. One whose settings nobody has changed yet has the defaults and version 0."""
    row = find(call, tables.Tenant, call.tenant.key(), tables.ID)
    return view(call.tenant.id, row or _defaults(call.tenant.key()))


def view(tenant_id: str, row: tables.Tenant) -> Tenant:
    """The API's representation of the row."""
    return to_struct(row, Tenant, id=tenant_id)


def _load_or_defaults(work: Work) -> tables.Tenant:
    """The document, or a new one with the defaults and version 0 that is not stored yet."""
    return work.find(tables.Tenant, work.tenant.key(), tables.ID) or _defaults(work.tenant.key())


def _save(work: Work, row: tables.Tenant) -> Tenant:
    return view(work.tenant.id, work.save(row) if row.version else work.create(row))


def _defaults(partition: str) -> tables.Tenant:
    return tables.Tenant(
        partition=partition,
        id=tables.ID,
        status=TenantStatus.ACTIVE,
        currency="EUR",
        time_zone="UTC",
        fiscal_year_start=1,
        rounding=RoundingMode.HALF_UP,
        version=0,
    )
