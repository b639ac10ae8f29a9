"""The declaration of sandboxes."""

from chalicelib.kernel.declaration import Module

MODULE = Module("identity.sandbox", routes="routes", events="events", samples="samples")
