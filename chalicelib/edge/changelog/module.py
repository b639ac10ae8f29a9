"""The declaration of the changelog."""

from chalicelib.kernel.declaration import Module

MODULE = Module(
    "edge.changelog",
    routes="routes",
)
