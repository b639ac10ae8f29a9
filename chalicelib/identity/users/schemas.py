"""API schemas of users."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.access.roles import Role
from chalicelib.kernel import ids
from chalicelib.kernel.address import Email
from chalicelib.kernel.pages import CreationQuery
from chalicelib.kernel.schemas import AllowedTransitions, Schema, Stamped
from chalicelib.kernel.texts import formatted, line

UserId = Annotated[str, ids.described("usr", "the user")]
PersonName = Annotated[str, line(100, without="<>")]
GivenName = Annotated[
    PersonName, Meta(description="The given name of the person; null when it is not known.", examples=["Ada"])
]
FamilyName = Annotated[
    PersonName, Meta(description="The family name of the person; null when it is not known.", examples=["Lovelace"])
]
UserEmail = Annotated[Email, Meta(description="The e-mail address with which the person logs in.")]
Roles = Annotated[
    list[Role],
    Meta(
        min_length=1, max_length=len(Role), description="The roles of the person, which decide what the person may do."
    ),
]


class UserStatus(StrEnum):
    """`invited`: has not logged in yet. `active`: is let in. `disabled`: is shut out until enabled again. `removed`:
    the membership or invitation is over; only the name is kept, for the audit trail."""

    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"
    REMOVED = "removed"


class UserSyncState(StrEnum):
    """Whether Keycloak has the same roles, name and status. `pending`: a job is bringing it up to date, within seconds,
    or after an outage. `done`: it has. `failed`: Keycloak refused the change."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


class NewUser(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A person to invite. Whether the address has an account already is told to its owner and to nobody else."""

    email: UserEmail
    given_name: GivenName | None = None
    family_name: FamilyName | None = None
    roles: Roles


class UserChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the given fields change. A name changes in the account too unless another tenant has it as well."""

    given_name: GivenName | None | UnsetType = UNSET
    family_name: FamilyName | None | UnsetType = UNSET
    roles: Roles | UnsetType = UNSET


class User(Schema, Stamped, frozen=True, kw_only=True):
    """A person who works in this tenant."""

    id: UserId
    subject: Annotated[
        str | None,
        Meta(
            description="What `created_by` and the audit trail call the person: `sub` of the "
            "token; null until the first login."
        ),
    ]
    email: Annotated[
        str | None, Meta(description="The e-mail address with which the person logs in; null for a removed user.")
    ]
    given_name: GivenName | None
    family_name: FamilyName | None
    roles: Annotated[list[Role], Meta(description="The roles of the person; empty for a removed user.")]
    warehouses: Annotated[
        list[str] | None, Meta(description="The ids of the only warehouses that the person sees; null for all.")
    ]
    status: Annotated[UserStatus, Meta(description="Whether the person is let in.")]
    sync: Annotated[UserSyncState, Meta(description="Whether the account in Keycloak is up to date with this record.")]
    job_id: Annotated[
        str | None, Meta(description="The id of the job that brings Keycloak up to date; null when none does.")
    ]
    allowed_transitions: AllowedTransitions


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """The caller as the token of this request describes it. When `roles` differ from those of `user`, refresh the
    token: the roles have changed since it was made."""

    tenant: Annotated[str, Meta(description="The id of the tenant that the token is for.")]
    subject: Annotated[
        str, Meta(description="What `created_by` and the audit trail call the caller: `sub` of the token.")
    ]
    kind: Annotated[str, Meta(description="`user` for a person, `service` for a machine.")]
    roles: Annotated[list[str], Meta(description="The roles in the token.")]
    permissions: Annotated[
        list[str], Meta(description="Every permission that these roles have, as in `x-permission` of operations.")
    ]
    warehouses: Annotated[
        list[str] | None, Meta(description="The ids of the only warehouses that the caller sees; null for all.")
    ]
    user: Annotated[
        User | None, Meta(description="The caller's record; null for machines, and before the first login is recorded.")
    ]


class UserQuery(CreationQuery, frozen=True, kw_only=True):
    """Newest first; or the one with an e-mail address, or with a subject."""

    status: Annotated[UserStatus, Meta(description="Only users with this status.")] | None = None
    email: (
        Annotated[Email, Meta(description="Only the user with this e-mail address; case does not matter.")] | None
    ) = None
    subject: (
        Annotated[
            str,
            formatted(
                r"^[!-\"$-~]{1,255}$",
                "Use the subject of a user, as documents show it in created_by.",
                description="Only the user whom `created_by` calls this.",
            ),
        ]
        | None
    ) = None
