"""The declaration of the reports on stock."""

from chalicelib.kernel.declaration import Module

MODULE = Module("inventory.stock_reports", routes="routes", samples="samples")
