"""Items and parties of a company of any size, for `scaling`: copies of rows, with all rows by which they are found."""

from collections.abc import Callable
from typing import Any

from bench.use_cases import Scene

Item = dict[str, Any]
Write = Callable[[Any, Item | None, int, Callable[[Item, int], Any]], None]
EMAIL = "person{}@example.com"
PHONE = "+49 731 {:08d}"


def items(scene: Scene, size: int, new_ids: list[str], write: Write) -> dict[str, str]:
    """Writes items with SKU, name and barcode; returns the questions."""
    from chalicelib.catalog.items import tables
    from chalicelib.kernel import uniques
    from chalicelib.kernel.dynamo import store
    from chalicelib.kernel.tenant import Tenant
    from chalicelib.search.scan.check_digits import with_check_digit

    tenant = Tenant(scene.acme.tenant)
    body = {"sku": "FIRST", "name": "Scale 0", "barcodes": [{"code": "4006381333931"}]}
    made = scene.acme.post("/v1/items", body).ok()["id"]
    row, code = store.Ref(tables.Item, tenant.key(), made), uniques.ref(tenant, tables.BARCODE, "4006381333931")
    found = store.get_many([row, code])
    gtins = [with_check_digit(f"{index:013d}") for index in range(size)]

    def own(item: Item, index: int) -> None:
        sku, name = f"scale-{index}", f"scale {index:06d}"
        texts = {"id": new_ids[index], "sku": sku, "folded_sku": sku, "name": name, "folded_name": name}
        item.update({key: {"S": value} for key, value in texts.items()})

    def coded(item: Item, index: int) -> None:
        item.update(value={"S": tables.BARCODE.form(gtins[index])}, owner={"S": new_ids[index]})

    write(tables.Item, found[row], size, own)
    write(uniques.Unique, found[code], size, coded)
    gtin = gtins[size // 2]
    return {
        "Item by SKU": f"/v1/items?sku=SCALE-{size // 2}",
        "Item by barcode": f"/v1/items?barcode={gtin}",
        "25 items by beginning of the name": f"/v1/items?name_prefix=scale {size // 2:06d}"[:-1].replace(" ", "%20"),
        "Scan of a barcode": f"/v1/scan/{gtin}",
    }


def parties(scene: Scene, size: int, write: Write) -> dict[str, str]:
    """Writes customers with e-mail address and telephone number; returns the questions."""
    from chalicelib.kernel import ids
    from chalicelib.kernel.dynamo import store
    from chalicelib.kernel.tenant import Tenant
    from chalicelib.parties.parties import lookups, tables
    from chalicelib.parties.parties.schemas import PartyContact

    tenant = Tenant(scene.acme.tenant)
    real = store.Ref(tables.Party, tenant.key(), scene.customer)
    row = store.get_many([real])[real]
    new_ids = [ids.new("pty") for _ in range(size)]

    def own(item: Item, index: int) -> None:
        party = tables.Party.read(item)
        party.id = new_ids[index]
        party.contacts = [PartyContact(email=EMAIL.format(index), phone=PHONE.format(index))]
        item.update(party.item())

    def by_email(item: Item, index: int) -> None:
        item.update(partition={"S": lookups.email(tenant, EMAIL.format(index))}, party_id={"S": new_ids[index]})

    def by_phone(item: Item, index: int) -> None:
        item.update(partition={"S": lookups.phone(tenant, PHONE.format(index))}, party_id={"S": new_ids[index]})

    write(tables.Party, row, size, own)
    write(tables.PartyLookup, {}, size, by_email)
    write(tables.PartyLookup, {}, size, by_phone)
    middle = size // 2
    return {
        "Newest 25 customers": "/v1/customers",
        "Customers by e-mail address": f"/v1/customers?email={EMAIL.format(middle)}",
        "Customers by telephone number": f"/v1/customers?phone={PHONE.format(middle)}".replace("+", "%2B").replace(
            " ", "%20"
        ),
    }
