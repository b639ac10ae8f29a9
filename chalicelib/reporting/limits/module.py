"""The declaration of the limits."""

from chalicelib.kernel.declaration import Module

MODULE = Module("reporting.limits", routes="routes")
