"""Refusals of Shopify's deliveries."""

from chalicelib.kernel.errors import Unauthorized


class NotGenuine(Unauthorized):
    """One answer for a bad signature, another shop's domain and a connection that does not exist."""

    code = "bad_signature"
    title = "The signature does not match"
    challenge = ""
    """The signature of a webhook is no token."""
