"""Tenants: the companies that use the product, known by the id of their Keycloak organization."""

from enum import StrEnum

from chalicelib.kernel.dynamo.attributes import Choice, Moment, Text
from chalicelib.kernel.dynamo.model import Row, meta
from chalicelib.kernel.privacy import BUSINESS, USAGE
from chalicelib.kernel.tenant import PLATFORM


class Status(StrEnum):
    ACTIVE = "active"


class Tenant(Row):
    """Access: by id; all of them. Few rows, under the platform."""

    Meta = meta("tenants")
    partition = Text(BUSINESS, hash_key=True)
    id = Text(BUSINESS, range_key=True)
    name = Text(BUSINESS)
    status: Choice[Status] = Choice(BUSINESS, Status)
    created_at = Moment(USAGE)


PARTITION = PLATFORM.key("tenants")
