"""What the system routes declare."""

from chalicelib.kernel.declaration import Module

MODULE = Module(
    "edge.system",
    routes="routes",
)
