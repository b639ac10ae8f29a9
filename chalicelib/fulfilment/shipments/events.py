"""Events of shipments."""

from chalicelib.kernel.events import Event

CREATED = Event("shipment.created", "A pick list was made of reserved stock.")
PACKED = Event("shipment.packed", "The goods are in their packages.")
SHIPPED = Event("shipment.shipped", "The goods have left.")
CANCELLED = Event("shipment.cancelled", "A shipment was cancelled, or reversed when it had left.")
UPDATED = Event("shipment.updated", "Carrier or tracking of a shipment changed.")
BEGUN = Event("shipment.begun", "A job began to work on a shipment that one transaction does not hold.")
ADVANCED = Event("shipment.advanced", "A job moved a part of a shipment.")
