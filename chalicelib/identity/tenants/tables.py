"""The tenant's own document."""

from chalicelib.identity.tenants.schemas import TenantAddress, TenantStatus
from chalicelib.kernel.dynamo.attributes import Choice, Struct, Text, Whole
from chalicelib.kernel.dynamo.model import Document, meta
from chalicelib.kernel.money import RoundingMode
from chalicelib.kernel.privacy import ADDRESS, BUSINESS

ID = "tenant"
"""The id of every tenant's document: each partition holds one."""


class Tenant(Document):
    """Access: by tenant. alias: that of its organization in Keycloak at the time when the tenant was made."""

    Meta = meta("tenants")
    entity = "tenant"
    name = Text(BUSINESS, null=True)
    alias = Text(BUSINESS, null=True)
    status: Choice[TenantStatus] = Choice(BUSINESS, TenantStatus)
    currency = Text(BUSINESS)
    time_zone = Text(BUSINESS)
    fiscal_year_start = Whole(BUSINESS)
    rounding: Choice[RoundingMode] = Choice(BUSINESS, RoundingMode)
    addresses: Struct[list[TenantAddress]] = Struct(ADDRESS, list[TenantAddress], null=True)
