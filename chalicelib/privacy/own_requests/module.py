"""The declaration of requests of users about their own accounts."""

from chalicelib.kernel.declaration import Module

MODULE = Module("privacy.own_requests", routes="routes")
