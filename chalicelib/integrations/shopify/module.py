"""The declaration of the Shopify connector."""

from chalicelib.kernel.declaration import Module
from chalicelib.kernel.privacy import Purpose
from chalicelib.kernel.recipients import Recipient

MODULE = Module(
    "integrations.shopify",
    public={"privacy_topics": "privacy requests of shops are taken over"},
    routes="routes",
    samples="samples",
    recipients=(
        Recipient(
            "shopify",
            fields={},
            purpose=Purpose.SYNCHRONISE,
            reason="Orders are read from the connected shop; nothing about persons is sent to it",
            place="Shopify, as far as an administrator has connected a shop",
        ),
    ),
)
