"""Items and parties of a company of any size, for `scaling`: copies of rows, with all rows by which they are found."""

from collections.abc import Callable, Iterator
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
    """Writes customers with e-mail address, telephone number and name; returns the questions."""
    from chalicelib.kernel import ids
    from chalicelib.kernel.dynamo import store
    from chalicelib.kernel.tenant import Tenant
    from chalicelib.parties.parties import lookups, tables
    from chalicelib.parties.parties.schemas import PartyContact

    tenant = Tenant(scene.acme.tenant)
    real = store.Ref(tables.Party, tenant.key(), scene.customer)
    lookup = store.Ref(tables.PartyLookup, lookups.email(tenant, EMAIL.format("real")), "pty_real")
    row = store.get_many([real])[real]
    new_ids = [ids.new("pty") for _ in range(size)]

    def keys(index: int) -> Iterator[tuple[str, str]]:
        yield lookups.email(tenant, EMAIL.format(index)), new_ids[index]
        yield lookups.phone(tenant, PHONE.format(index)), new_ids[index]
        yield lookups.name_entry(tenant, _name(index), new_ids[index])

    def own(item: Item, index: int) -> None:
        party = tables.Party.read(item)
        party.id, party.name = new_ids[index], _name(index)
        party.contacts = [PartyContact(email=EMAIL.format(index), phone=PHONE.format(index))]
        item.update(party.item())

    def found(item: Item, index: int) -> None:
        partition, entry = list(keys(index // 3))[index % 3]
        item.update(partition={"S": partition}, entry={"S": entry}, party_id={"S": new_ids[index // 3]})

    write(tables.Party, row, size, own)
    write(tables.PartyLookup, {"partition": {"S": lookup.hash_key}, "entry": {"S": "x"}}, 3 * size, found)
    middle = size // 2
    return {
        "Newest 25 customers": "/v1/customers",
        "Customers by e-mail address": f"/v1/customers?email={EMAIL.format(middle)}",
        "Customers by telephone number": f"/v1/customers?phone={PHONE.format(middle)}".replace("+", "%2B").replace(
            " ", "%20"
        ),
        "Customers by beginning of the name": f"/v1/customers?name_prefix={_name(middle)[:12]}".replace(" ", "%20"),
    }


def _name(index: int) -> str:
    """Names that begin in many ways, as those of people do."""
    letters = "".join(chr(ord("a") + index // 26**place % 26) for place in range(4))
    return f"{letters}son {index:06d} Ltd"
