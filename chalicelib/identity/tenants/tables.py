"""The tenant's own document."""

from chalicelib.identity.tenants.schemas import TenantAddress, TenantStatus
from chalicelib.kernel.dynamo.attributes import Choice, Flag, Number, Struct, Text, Whole
from chalicelib.kernel.dynamo.model import Document, meta
from chalicelib.kernel.money import RoundingMode
from chalicelib.kernel.privacy import ADDRESS, BUSINESS, Partitions, Persons

ID = "tenant"
"""The id of every tenant's document: each partition holds one."""


class Tenant(Document):
    """Access: by tenant. alias: that of its organization in Keycloak at the time when the tenant was made.
    api_version: missing when the tenant was made before there were versions; a copy is in its access state, which every
    request reads. is_sandbox: never changes; missing for no. over_delivery_percent: missing for 0."""

    Meta = meta("tenants")
    entity = "tenant"
    persons = Persons(("staff",), Partitions.ONE)
    name = Text(BUSINESS)
    alias = Text(BUSINESS)
    status: Choice[TenantStatus] = Choice(BUSINESS, TenantStatus)
    currency = Text(BUSINESS)
    time_zone = Text(BUSINESS)
    fiscal_year_start = Whole(BUSINESS)
    rounding: Choice[RoundingMode] = Choice(BUSINESS, RoundingMode)
    over_delivery_percent = Number(BUSINESS, null=True)
    api_version = Text(BUSINESS, null=True)
    is_sandbox = Flag(BUSINESS, null=True)
    addresses: Struct[list[TenantAddress]] = Struct(ADDRESS, list[TenantAddress], null=True)
