"""Samples of connections."""

from chalicelib.kernel.samples import Ref, Samples, Text, Thing, Unique

SAMPLES = Samples(
    bodies={
        "connect_shop": {
            "platform": "shopify",
            "shop_domain": Unique("novex-bikes.myshopify.com", prefix="novex-bikes-", suffix=".myshopify.com"),
            "client_secret": Text("not-a-secret-0123456789abcdef", suffix="-secret"),
            "warehouse_id": Ref("warehouse_id"),
            "reservation": "partial",
            "auto_confirm": True,
        },
        "update_connection": {"warehouse_id": Ref("warehouse_id"), "reservation": "full", "auto_confirm": False},
        "rotate_connection_secret": {"client_secret": Text("not-a-secret-fedcba9876543210", suffix="-secret")},
    },
    things=(Thing("connect_shop", gives={"connection_id": "id"}),),
)
