"""What identity declares."""

from chalicelib.kernel.declaration import Module

MODULE = Module("identity")
