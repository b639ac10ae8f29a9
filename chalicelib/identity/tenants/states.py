"""The life of a tenant: the operator suspends, resumes and closes it."""

from chalicelib.identity.tenants.schemas import TenantStatus
from chalicelib.identity.tenants.tables import Tenant
from chalicelib.kernel.state_machine import StateMachine, to

_ACTIVE, _SUSPENDED, _CLOSED = TenantStatus
TENANT: StateMachine[TenantStatus, Tenant] = StateMachine(
    {
        _ACTIVE: (to("suspend", _SUSPENDED), to("close", _CLOSED)),
        _SUSPENDED: (to("resume", _ACTIVE), to("close", _CLOSED)),
        _CLOSED: (),
    }
)
