"""The caller and the parameters of a request, as far as use cases need them."""

from dataclasses import dataclass, replace
from typing import Literal

from chalicelib.kernel import clock, ids
from chalicelib.kernel.tenant import Tenant

IfMatch = frozenset[int] | Literal["*"]
"""The versions that a request accepts, or any."""
API_PATIENCE_SECONDS = 3.0
WORKER_PATIENCE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Call:
    """actor: the token's sub or `system:<name>`. client_request_id: the caller's own id of it, if there is one.
    kind: user, service or system. auth_time: when the user last logged in; issued_at: when the token was issued, both
    in seconds since the epoch. scope_ids: the parts of the tenant that the caller is limited to, None for all; the
    packages above define what a part is. is_outside: the caller sees only what has left the house. patience: how long a
    commit may be retried, in seconds. is_dry_run: nothing may be written. depth: how many entries of the journal caused
    one another before this call. api_version: the version of the API that the tenant has pinned. clock_setting: how a
    sandbox has set its clock; None for other tenants. notices: headers that tell the caller of what will change."""

    tenant: Tenant
    actor: str
    request_id: str
    client_request_id: str = ""
    roles: frozenset[str] = frozenset()
    kind: str = "system"
    sid: str = ""
    scope_ids: frozenset[str] | None = None
    is_outside: bool = False
    issued_at: int = 0
    auth_time: int | None = None
    method: str = ""
    path: str = ""
    idempotency_key: str | None = None
    fingerprint: str = ""
    if_match: IfMatch | None = None
    traceparent: str = ""
    patience: float = API_PATIENCE_SECONDS
    is_dry_run: bool = False
    depth: int = 0
    api_version: str | None = None
    clock_setting: clock.Setting | None = None
    notices: tuple[tuple[str, str], ...] = ()

    @classmethod
    def system(cls, tenant: Tenant, name: str, request_id: str | None = None) -> "Call":
        """A call made by the product itself: by a worker, a consumer or a schedule."""
        return cls(
            tenant=tenant,
            actor=f"system:{name}",
            request_id=request_id or ids.new("req"),
            patience=WORKER_PATIENCE_SECONDS,
        )

    @property
    def sees_all(self) -> bool:
        """Whether no row of the tenant is hidden from the caller."""
        return self.scope_ids is None and not self.is_outside

    def sees(self, *scope_ids: str) -> bool:
        """Whether the caller may see rows that belong to all of these parts. Rows of other parts are hidden."""
        return self.scope_ids is None or self.scope_ids.issuperset(scope_ids)

    def sees_any(self, *scope_ids: str) -> bool:
        """Whether the caller may see rows of which one of these parts is enough."""
        return self.scope_ids is None or not self.scope_ids.isdisjoint(scope_ids)

    def without_precondition(self) -> "Call":
        """The same call without If-Match, for a follow-up commit."""
        return replace(self, if_match=None, idempotency_key=None)
