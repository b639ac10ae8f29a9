"""Who asks for what: the part of a request that use cases may know."""

from dataclasses import dataclass, replace

from chalicelib.kernel import ids
from chalicelib.kernel.tenant import Tenant

API_PATIENCE_SECONDS = 3.0
WORKER_PATIENCE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Call:
    """`actor` is the token's sub or `system:<name>`; `kind` is user, service or system. `auth_time`: when that person
    last logged in; `issued_at`: when the token was made, both in seconds since the epoch. `scope_ids`: the only parts
    of the tenant that the caller is limited to, None for all; what a part is, packages above say. `patience`: how long
    a commit may try, in seconds. `is_dry_run`: nothing may be written."""

    tenant: Tenant
    actor: str
    request_id: str
    roles: frozenset[str] = frozenset()
    kind: str = "system"
    sid: str = ""
    scope_ids: frozenset[str] | None = None
    issued_at: int = 0
    auth_time: int | None = None
    method: str = ""
    path: str = ""
    idempotency_key: str | None = None
    fingerprint: str = ""
    if_match: int | None = None
    traceparent: str = ""
    patience: float = API_PATIENCE_SECONDS
    is_dry_run: bool = False

    @classmethod
    def system(cls, tenant: Tenant, name: str, request_id: str | None = None) -> "Call":
        """A call made by the product itself: a worker, a consumer, the clock."""
        return cls(
            tenant=tenant,
            actor=f"system:{name}",
            request_id=request_id or ids.new("req"),
            patience=WORKER_PATIENCE_SECONDS,
        )

    def sees(self, *scope_ids: str) -> bool:
        """Whether the caller is limited to no parts, or to all of these; what lies in others does not exist for him."""
        return self.scope_ids is None or self.scope_ids.issuperset(scope_ids)

    def without_precondition(self) -> "Call":
        """The same caller for a follow-up commit that no If-Match was given for."""
        return replace(self, if_match=None, idempotency_key=None)
