"""Use cases of the tenant: its settings for its administrator, its life for the operator."""

from zoneinfo import available_timezones

from msgspec import UNSET

from chalicelib.access import access_state
from chalicelib.identity import keycloak, keycloak_retry
from chalicelib.identity.tenants import events, tables
from chalicelib.identity.tenants.schemas import Settings, Tenant, TenantStatus
from chalicelib.jobs import service as jobs
from chalicelib.jobs.registry import handler
from chalicelib.jobs.schemas import Job, Step
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import AlreadyExists, FieldError, Invalid, TransitionRefused
from chalicelib.kernel.money import RoundingMode
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work

SYNC_JOB = "tenant.sync"
TRANSITIONS: dict[TenantStatus, dict[str, TenantStatus]] = {
    TenantStatus.ACTIVE: {"suspend": TenantStatus.SUSPENDED, "close": TenantStatus.CLOSED},
    TenantStatus.SUSPENDED: {"resume": TenantStatus.ACTIVE, "close": TenantStatus.CLOSED},
    TenantStatus.CLOSED: {},
}
_SETTINGS = ("name", "currency", "time_zone", "fiscal_year_start", "rounding", "addresses")


@use_case(events.CREATED)
def create(work: Work, name: str, alias: str) -> Tenant:
    """Adds the tenant's document; nothing changes when it is there already. AlreadyExists when it was made under
    another name: two companies may not share an organization."""
    row = _row(work)
    if row.name is None:
        row.name, row.alias = name, alias
        return _kept(work, row)
    if row.name != name:
        raise AlreadyExists("There is a tenant with this alias under another name.")
    return view(work.tenant.id, row)


@use_case(events.UPDATED)
def update(work: Work, change: Settings) -> Tenant:
    """Changes the given settings. Invalid for a time zone that does not exist."""
    if change.time_zone is not UNSET and change.time_zone not in available_timezones():
        problem = FieldError("/time_zone", "unknown_time_zone", "There is no such time zone in the IANA database.")
        raise Invalid(errors=[problem])
    row = _row(work)
    work.match(row)
    for name in _SETTINGS:
        value = getattr(change, name)
        if value is not UNSET:
            setattr(row, name, value if value != [] else None)
    return _kept(work, row)


@use_case(events.STATUS_CHANGED)
def step(work: Work, name: str) -> Tenant:
    """Suspends, resumes or closes the tenant; its people are out, or in, whatever Keycloak says. TransitionRefused."""
    row = _row(work)
    following = TRANSITIONS[row.status].get(name)
    if following is None:
        raise TransitionRefused("tenant", row.status, list(TRANSITIONS[row.status]))
    row.status = following
    access_state.write_tenant(work, is_blocked=following is not TenantStatus.ACTIVE)
    jobs.start(work, SYNC_JOB, row.id)
    return _kept(work, row)


@handler(SYNC_JOB, must_finish=True)
def sync(call: Call, job: Job) -> Step:
    """Has Keycloak follow: the organization of a tenant that is not active is disabled."""
    return keycloak_retry.attempt(job, lambda: _follow(call))


def _follow(call: Call) -> Step:
    status = read(call).status
    keycloak.enable_organization(call, is_enabled=status is TenantStatus.ACTIVE)
    is_current = read(call).status is status
    return Step(done=is_current, progress=int(is_current))


def read(call: Call) -> Tenant:
    """The caller's tenant; one that nobody has described yet has the defaults and version 0."""
    row = store.get(tables.Tenant, call.tenant.key(), tables.ID)
    return view(call.tenant.id, row or _defaults(call.tenant.key()))


def view(tenant_id: str, row: tables.Tenant) -> Tenant:
    """The row as the API shows it."""
    return Tenant(
        id=tenant_id,
        name=row.name,
        status=row.status,
        currency=row.currency,
        time_zone=row.time_zone,
        fiscal_year_start=row.fiscal_year_start,
        rounding=row.rounding,
        addresses=row.addresses or [],
        **row.stamps(),
    )


def _row(work: Work) -> tables.Tenant:
    """The document, or the one with the defaults that nobody has kept yet: version 0."""
    return work.find(tables.Tenant, work.tenant.key(), tables.ID) or _defaults(work.tenant.key())


def _kept(work: Work, row: tables.Tenant) -> Tenant:
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
