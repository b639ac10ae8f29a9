"""What a platform can say of a connection's account, and what a person can do about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.integrations.connections.schemas import PendingReason, Platform


@dataclass(frozen=True, slots=True)
class Account:
    """An account of a platform, and the app that is to have access to it."""

    platform: Platform
    shop_domain: str
    client_id: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the platform said: the shop's id there if it is the tenant's, else the reason why that is not proven."""

    shop_id: str | None = None
    reason: PendingReason | None = None


NOT_ASKED = Verdict(reason=PendingReason.NOT_ASKED)

ADVICE: Mapping[PendingReason, str] = {
    PendingReason.NOT_ASKED: "The platform has not been asked: a dry run calls nobody.",
    PendingReason.WRONG_CREDENTIALS: (
        "The platform does not know this client id with this client secret: "
        "compare both with the settings of the app, and give the right ones."
    ),
    PendingReason.APP_NOT_INSTALLED: "The app is not installed in this shop: install it, then verify the connection.",
    PendingReason.OTHER_ORGANIZATION: (
        "The app belongs to another organization than the shop: make one in the shop's own organization, install it, "
        "and connect with its client id and secret."
    ),
    PendingReason.OTHER_SHOP: (
        "The platform knows this shop under another domain: "
        "disconnect, and connect with the one that the shop's settings show."
    ),
    PendingReason.NO_ANSWER: (
        "The platform gave no usable answer for this shop: "
        "check the domain and whether the shop is open, then verify the connection."
    ),
}
"""The sentence for each reason, fit for a form."""
