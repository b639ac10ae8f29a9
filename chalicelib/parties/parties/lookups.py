"""The rows by which parties are found: by token, because what people are found by is personal."""

from collections.abc import Iterable

from chalicelib.kernel import phones
from chalicelib.kernel.codes import folded
from chalicelib.kernel.dynamo.store import ref_of
from chalicelib.kernel.lookup_tokens import lookup_token
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.work import Work
from chalicelib.parties.parties import tax_ids
from chalicelib.parties.parties.schemas import PartyAddress, PartyContact
from chalicelib.parties.parties.tables import Party, PartyLookup
from chalicelib.search.index import words

_FIRST_LETTERS = 2
_MOST_PLACES = 3


def emails(contacts: Iterable[PartyContact]) -> list[str]:
    """The e-mail addresses of the contacts, folded, in their order, without duplicates."""
    return list(dict.fromkeys(folded(contact.email) for contact in contacts if contact.email))


def email(tenant: Tenant, value: str) -> str:
    """The partition of the parties with an e-mail address."""
    return tenant.key("email", email_token(tenant, value))


def email_token(tenant: Tenant, value: str) -> str:
    """The lookup token of an e-mail address, for keys."""
    return lookup_token(tenant, "email", value)


def phone(tenant: Tenant, value: str) -> str:
    """The partition of the parties whose telephone numbers end as this one does."""
    return tenant.key("phone", lookup_token(tenant, "phone", phones.tail(value)))


def tax_id(tenant: Tenant, value: str) -> str:
    """The partition of the parties with a tax number."""
    return tenant.key("tax_id", lookup_token(tenant, "tax_id", tax_ids.looked_up(value)))


def place(tenant: Tenant, name: str, address: PartyAddress) -> str | None:
    """The partition of the parties at the same place whose names begin alike; None when the place is not known."""
    where = compared_place(address)
    if where is None:
        return None
    letters = compared_name(name)[:_FIRST_LETTERS]
    return tenant.key("place", lookup_token(tenant, "place", f"{where} {letters}"))


def compared_place(address: PartyAddress) -> str | None:
    """Country and postal code, or city without one, in the form in which the same places are alike; None when neither
    is known."""
    where = _plain(address.postal_code or "").replace(" ", "") or _plain(address.city or "")
    return f"{address.country} {where}" if where else None


def compared_name(text: str) -> str:
    """A name in the form in which similar ones are alike: without accents, signs and the words for forms of
    companies."""
    plain = _plain(text)
    return " ".join(words.leading(plain.split())) or plain


def _plain(text: str) -> str:
    """The words of the text in the form in which search compares them; dots separate none."""
    return " ".join(words.words(text.replace(".", "")))


def partitions(tenant: Tenant, row: Party) -> set[str]:
    """The partitions of all rows by which the party is found."""
    contacts = row.contacts or []
    return {
        *(email(tenant, each) for each in emails(contacts)),
        *(phone(tenant, each.phone) for each in contacts if each.phone and phones.tail(each.phone)),
        *(tax_id(tenant, each.tax_number) for each in row.tax_ids or []),
        *_places(tenant, row),
    }


def _places(tenant: Tenant, row: Party) -> list[str]:
    found = (place(tenant, row.name, address) for address in row.addresses or [])
    return list(dict.fromkeys(each for each in found if each is not None))[:_MOST_PLACES]


def move(work: Work, party_id: str, before: set[str], after: set[str]) -> None:
    """Moves the rows of the party from the partitions before to those after."""
    for partition in sorted(after - before):
        work.overwrite(PartyLookup(partition=partition, party_id=party_id))
    for partition in sorted(before - after):
        work.remove(ref_of(PartyLookup(partition=partition, party_id=party_id)))
