"""Use cases of the tenant: its settings for its administrator, its status for the operator."""

from datetime import date, datetime
from decimal import Decimal

from msgspec import UNSET

from chalicelib.access import access_state
from chalicelib.edge.versions import history
from chalicelib.events import heads
from chalicelib.identity.tenants import events, record_keeping, tables
from chalicelib.identity.tenants.schemas import Tenant, TenantAddressKind, TenantChange, TenantStatus
from chalicelib.identity.tenants.states import TENANT
from chalicelib.jobs import service as jobs
from chalicelib.kernel import clock, visibility
from chalicelib.kernel.calendars import Calendar
from chalicelib.kernel.call import Call
from chalicelib.kernel.decimals import Percent
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.errors import AlreadyExists, FieldError, Invalid
from chalicelib.kernel.mapping import patch, to_struct
from chalicelib.kernel.money import RoundingMode
from chalicelib.kernel.tenant import Tenant as TenantKey
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.visibility import load_visible
from chalicelib.kernel.work import Work

SYNC_JOB = "tenant.sync"


def found(tenant: TenantKey, name: str, alias: str, *, is_sandbox: bool = False) -> Tenant:
    """Makes the tenant and registers it; changes nothing when it was made before. AlreadyExists when it was made under
    another name, or is a sandbox and should not be one or the other way round."""
    made = commit(Call.system(tenant, "operator"), create, name, alias, is_sandbox=is_sandbox)
    heads.register(tenant)
    return made


@use_case(events.CREATED)
def create(work: Work, name: str, alias: str, *, is_sandbox: bool = False) -> Tenant:
    """Adds the tenant's document, with the newest version of the API pinned, and lets its people in; changes nothing
    when that was done before. AlreadyExists when it was made under another name: two companies may not share an
    organization; also when it is a sandbox and should not be one or the other way round."""
    row = work.find(tables.Tenant, work.tenant.key(), tables.ID)
    if row is not None and row.name != name:
        raise AlreadyExists("There is a tenant with this alias under another name.")
    if row is not None and bool(row.is_sandbox) != is_sandbox:
        raise AlreadyExists("A tenant is a sandbox or not from its creation on.")
    if row is None:
        row = work.create(_new(work.tenant.key(), name, alias, is_sandbox=is_sandbox))
    if access_state.open_tenant(work, row.api_version, is_sandbox=is_sandbox):
        work.annotate(entity=row.entity, entity_id=row.id)
    return view(work.tenant.id, row)


@use_case(events.UPDATED)
def update(work: Work, change: TenantChange) -> Tenant:
    """Changes the given settings. Invalid for a version of the API that does not exist."""
    _check_version(change, clock.real())
    row = work.load_for_update(tables.Tenant, work.tenant.key(), tables.ID)
    if change.api_version is not UNSET and change.api_version != row.api_version:
        access_state.pin_version(work, change.api_version)
    patch(row, change)
    return view(work.tenant.id, work.save(row))


def _check_version(change: TenantChange, now: datetime) -> None:
    supported = history.supported(now)
    if change.api_version is not UNSET and change.api_version not in supported:
        raise Invalid(errors=[FieldError("/api_version", "unknown_version", f"Choose one of: {', '.join(supported)}.")])


@use_case(events.STATUS_CHANGED)
def step(work: Work, name: str) -> Tenant:
    """Suspends, resumes or closes the tenant. Its people are shut out or let in here at once; a job brings Keycloak up
    to date. TransitionRefused."""
    row = work.load(tables.Tenant, work.tenant.key(), tables.ID)
    TENANT.take(row, name)
    access_state.write_tenant(work, is_blocked=row.status is not TenantStatus.ACTIVE)
    jobs.start(work, SYNC_JOB, row.id, must_finish=True)
    return view(work.tenant.id, work.save(row))


def read(call: Call) -> Tenant:
    """The caller's tenant. NotFound."""
    return view(call.tenant.id, load_visible(call, tables.Tenant, call.tenant.key(), tables.ID))


def find(call: Call) -> Tenant | None:
    """The tenant of the call; None when it has no document, and so is none."""
    row = visibility.find(call, tables.Tenant, call.tenant.key(), tables.ID)
    return None if row is None else view(call.tenant.id, row)


def company(call: Call) -> str:
    """The name of the company; empty when the tenant has no document."""
    found = find(call)
    return "" if found is None else found.name


def calendar_ref(tenant: TenantKey) -> Ref:
    """The key of the row with the calendar, for reading it together with other rows."""
    return Ref(tables.Tenant, tenant.key(), tables.ID)


def calendar(work: Work) -> Calendar:
    """The time zone and fiscal year of the tenant."""
    row = work.find(tables.Tenant, work.tenant.key(), tables.ID)
    return Calendar() if row is None else Calendar(row.time_zone, row.fiscal_year_start)


def today(work: Work) -> date:
    """The day that the clocks of the tenant show."""
    return calendar(work).local(work.now).date()


def over_delivery_percent(work: Work) -> Decimal:
    """How much more than was ordered may be shipped."""
    row = work.find(tables.Tenant, work.tenant.key(), tables.ID)
    return (row.over_delivery_percent if row is not None else None) or Decimal(0)


def record_years(work: Work) -> int:
    """For how many years the law of the tenant's country wants commercial records kept."""
    row = work.find(tables.Tenant, work.tenant.key(), tables.ID)
    addresses = (row.addresses if row is not None else None) or []
    seats = [each.country for each in addresses if each.kind is TenantAddressKind.REGISTERED]
    return record_keeping.years([*seats, *(each.country for each in addresses)][:1])


def view(tenant_id: str, row: tables.Tenant) -> Tenant:
    """The API's representation of the row."""
    api_version = history.in_force(row.api_version, clock.real())
    return to_struct(
        row,
        Tenant,
        id=tenant_id,
        api_version=api_version,
        is_sandbox=bool(row.is_sandbox),
        over_delivery_percent=Percent(row.over_delivery_percent or 0),
    )


def _new(partition: str, name: str, alias: str, *, is_sandbox: bool) -> tables.Tenant:
    return tables.Tenant(
        partition=partition,
        id=tables.ID,
        name=name,
        alias=alias,
        status=TenantStatus.ACTIVE,
        currency="EUR",
        time_zone="UTC",
        fiscal_year_start=1,
        rounding=RoundingMode.HALF_UP,
        api_version=history.newest(),
        is_sandbox=is_sandbox or None,
    )
