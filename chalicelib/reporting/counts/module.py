"""The declaration of the counts."""

from chalicelib.kernel.declaration import Module

MODULE = Module("reporting.counts", routes="routes")
