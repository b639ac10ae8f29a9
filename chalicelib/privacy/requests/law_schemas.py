"""Which laws a request can be made under."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta


class PrivacyLaw(StrEnum):
    """`gdpr`: the European Union. `uk_gdpr`: the United Kingdom. `ccpa`: California. `us_state`: another state of the
    United States, such as Virginia, Colorado, Connecticut and Texas. `lgpd`: Brazil. `pipeda`: Canada. `quebec`:
    Quebec. `other`: any other, with the clock of the GDPR."""

    GDPR = "gdpr"
    UK_GDPR = "uk_gdpr"
    CCPA = "ccpa"
    US_STATE = "us_state"
    LGPD = "lgpd"
    PIPEDA = "pipeda"
    QUEBEC = "quebec"
    OTHER = "other"


Law = Annotated[PrivacyLaw, Meta(description="The law that the request is made under, which decides its clock.")]
