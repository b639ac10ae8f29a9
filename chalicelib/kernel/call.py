"""The caller and the parameters of a request, as far as use cases need them."""

from dataclasses import dataclass, replace

from chalicelib.kernel import ids
from chalicelib.kernel.tenant import Tenant

API_PATIENCE_SECONDS = 3.0
WORKER_PATIENCE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Call:
    """actor: the token's sub or `system:<name>`. kind: user, service or system. auth_time: when the user last logged
    in; issued_at: when the token was issued, both in seconds since the epoch. scope_ids: the parts of the tenant that
    the caller is limited to, None for all; the packages above define what a part is. patience: how long a commit may
    be retried, in seconds. is_dry_run: nothing may be written."""

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
        """A call made by the product itself: by a worker, a consumer or a schedule."""
        return cls(
            tenant=tenant,
            actor=f"system:{name}",
            request_id=request_id or ids.new("req"),
            patience=WORKER_PATIENCE_SECONDS,
        )

    def sees(self, *scope_ids: str) -> bool:
        """Whether the caller may see rows that belong to all of these parts. Rows of other parts are hidden."""
        return self.scope_ids is None or self.scope_ids.issuperset(scope_ids)

    def without_precondition(self) -> "Call":
        """The same call without If-Match, for a follow-up commit."""
        return replace(self, if_match=None, idempotency_key=None)
