"""The declaration of the Shopify connector."""

from chalicelib.kernel.declaration import Module

MODULE = Module(
    "integrations.shopify",
    routes="routes",
    samples="samples",
)
