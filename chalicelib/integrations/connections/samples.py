"""Samples of connections."""

from chalicelib.kernel.samples import Body, Maker, Ref, Samples, Text, Thing, Unique


def _install_app(maker: Maker, body: Body) -> None:
    """The shop exists, and the app is installed there."""
    secrets = [body["client_secret"]]
    maker.simulate("shopify", f"{body['shop_domain']}/apps/{body['client_id']}", {"client_secrets": secrets})


def _add_secret(maker: Maker, body: Body) -> None:
    """The app of the last connection has both secrets."""
    shop = maker.sent["connect_shop"]
    secrets = [body["client_secret"], shop["client_secret"]]
    maker.simulate("shopify", f"{shop['shop_domain']}/apps/{shop['client_id']}", {"client_secrets": secrets})


SAMPLES = Samples(
    bodies={
        "connect_shop": {
            "platform": "shopify",
            "shop_domain": Unique("novex-bikes.myshopify.com", prefix="novex-bikes-", suffix=".myshopify.com"),
            "client_id": Unique("2f1c7a9be04d4c5f8a6b3d2e1f0a9b8c", prefix="novex-bikes-app-"),
            "client_secret": Text("not-a-secret-0123456789abcdef", suffix="-secret"),
            "warehouse_id": Ref("warehouse_id"),
            "reservation": "partial",
            "auto_confirm": True,
        },
        "update_connection": {"warehouse_id": Ref("warehouse_id"), "reservation": "full", "auto_confirm": False},
        "rotate_connection_secret": {"client_secret": Text("not-a-secret-fedcba9876543210", suffix="-secret")},
    },
    things=(Thing("connect_shop", gives={"connection_id": "id"}),),
    outside={"connect_shop": _install_app, "rotate_connection_secret": _add_secret},
)
