"""Finding documents over HTTP: by words, numbers, codes, addresses and telephone numbers."""

from typing import Any
from urllib.parse import quote

from tests.world import Client, World


def hits(client: Client, text: str, *, kinds: str = "") -> list[Any]:
    answer = client.get(f"/v1/search?q={quote(text)}" + (f"&kinds={kinds}" if kinds else "")).ok()
    return list(answer["data"])


def names(client: Client, text: str, *, kinds: str = "") -> list[str]:
    return [each["name"] for each in hits(client, text, kinds=kinds)]


def customer(client: Client, name: str, **fields: Any) -> Any:
    return client.post("/v1/customers", {"kind": "company", "name": name, **fields}).ok()


def test_a_customer_is_found_by_the_beginnings_of_words_however_they_are_spelled(world: World, acme: Client) -> None:
    customer(acme, "Müller & Söhne GmbH")
    customer(acme, "Anna O\u2019Brien")
    customer(acme, "Muller Werkzeuge")
    world.settle()
    assert names(acme, "mül") == ["Muller Werkzeuge", "Müller & Söhne GmbH"]
    assert names(acme, "MUELLER soh") == ["Müller & Söhne GmbH"]
    assert names(acme, "gmbh müller") == ["Müller & Söhne GmbH"]
    assert names(acme, "obrien") == names(acme, "O'BRIEN") == ["Anna O\u2019Brien"]
    assert names(acme, "werkzeugmaschinen") == []
