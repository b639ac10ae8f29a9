"""What the Shopify connector declares."""

from chalicelib.kernel.declaration import Module

MODULE = Module(
    "integrations.shopify",
    routes="routes",
    samples="samples",
)
