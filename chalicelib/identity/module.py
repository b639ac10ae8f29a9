"""The declaration of identity."""

from chalicelib.kernel.declaration import Module

MODULE = Module("identity")
