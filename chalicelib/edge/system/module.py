"""The declaration of the system routes."""

from chalicelib.kernel.declaration import Module

MODULE = Module(
    "edge.system",
    routes="routes",
)
