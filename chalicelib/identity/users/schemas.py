"""What the API says about users."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.access.roles import Role
from chalicelib.kernel.address import Email
from chalicelib.kernel.lists import PageQuery

PersonName = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f<>]+$")]
Roles = Annotated[list[Role], Meta(min_length=1, max_length=len(Role))]


class UserStatus(StrEnum):
    """`removed` stays as a name for what the person did; the membership, and what else was stored, is gone."""

    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"
    REMOVED = "removed"


class SyncState(StrEnum):
    """Whether Keycloak is as the user is here: it follows within seconds, or when it is back from an outage."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


class NewUser(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A person to invite. Whether the address has an account already is told to its owner and to nobody else."""

    email: Email
    given_name: PersonName | None = None
    family_name: PersonName | None = None
    roles: Roles


class UserChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the fields that are given change. A name changes in the account too unless another tenant has it as well."""

    given_name: PersonName | None | UnsetType = UNSET
    family_name: PersonName | None | UnsetType = UNSET
    roles: Roles | UnsetType = UNSET


class User(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who works in this tenant. `subject` is what `created_by` and the audit trail call the person, null until
    the first login. `warehouses`: the only ones that the person works in, null for all."""

    id: str
    subject: str | None
    email: str | None
    given_name: str | None
    family_name: str | None
    roles: list[Role]
    warehouses: list[str] | None
    status: UserStatus
    sync: SyncState
    job_id: str | None
    allowed_transitions: list[str]
    version: int
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """The caller as this request's token has it. `user` is null for machines, and while the account cannot be read.

    When `roles` are not those of `user`, refresh the token: it is older than they are.
    """

    tenant: str
    subject: str
    kind: str
    roles: list[str]
    permissions: list[str]
    warehouses: list[str] | None
    user: User | None


class UserQuery(PageQuery, frozen=True, kw_only=True):
    """Newest first; or the one with an e-mail address, or with a subject."""

    status: UserStatus | None = None
    email: Email | None = None
    subject: Annotated[str, Meta(pattern=r"^[!-\"$-~]{1,255}$")] | None = None
