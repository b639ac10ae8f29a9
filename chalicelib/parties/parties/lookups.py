"""The rows by which parties are found: by token, because what people are found by is personal."""

from collections.abc import Iterable, Iterator

from chalicelib.kernel import phones
from chalicelib.kernel.codes import folded
from chalicelib.kernel.dynamo.store import ref_of
from chalicelib.kernel.lookup_tokens import lookup_token
from chalicelib.kernel.tenant import Tenant, compound
from chalicelib.kernel.work import Work
from chalicelib.parties.parties import tax_ids
from chalicelib.parties.parties.schemas import PartyAddress, PartyContact
from chalicelib.parties.parties.tables import Party, PartyLookup
from chalicelib.search.index import words

_FIRST_LETTERS = 2
_MOST_LETTERS = 24
"""So long a beginning of a name is looked up; what is longer is compared with the names that were found."""
_LETTER_TOKEN = 4
"""Hexadecimal digits of the token of one more letter. What they do not tell apart, the names themselves do."""
_MOST_PLACES = 3
Key = tuple[str, str]
"""Partition and entry of a row."""


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


def name(tenant: Tenant, beginning: str) -> Key:
    """The partition of the names that begin so, and what their entries begin with."""
    letters = folded(beginning)[:_MOST_LETTERS]
    tokens = [
        lookup_token(tenant, "name", letters[:end])[:_LETTER_TOKEN]
        for end in range(_FIRST_LETTERS + 1, len(letters) + 1)
    ]
    return tenant.key("name", lookup_token(tenant, "name", letters[:_FIRST_LETTERS])), "".join(tokens)


def name_entry(tenant: Tenant, full: str, party_id: str) -> Key:
    """The key of the row by which the party is found by one of its names."""
    partition, tokens = name(tenant, full)
    return partition, compound(tokens, party_id) if tokens else party_id


def compared_name(text: str) -> str:
    """A name in the form in which similar ones are alike: without accents, signs and the words for forms of
    companies."""
    plain = _plain(text)
    return " ".join(words.leading(plain.split())) or plain


def _plain(text: str) -> str:
    """The words of the text in the form in which search compares them; dots separate none."""
    return " ".join(words.words(text.replace(".", "")))


def keys(tenant: Tenant, row: Party) -> set[Key]:
    """The keys of all rows by which the party is found."""
    found = {name_entry(tenant, each, row.id) for each in (row.name, row.legal_name) if each}
    return found | {(partition, row.id) for partition in partitions(tenant, row)}


def partitions(tenant: Tenant, row: Party) -> Iterator[str]:
    """The partitions of the rows by which the party is found, without those of its names."""
    contacts = row.contacts or []
    yield from (email(tenant, each) for each in emails(contacts))
    yield from (phone(tenant, each.phone) for each in contacts if each.phone and phones.tail(each.phone))
    yield from (tax_id(tenant, each.tax_number) for each in row.tax_ids or [])
    yield from _places(tenant, row)


def _places(tenant: Tenant, row: Party) -> list[str]:
    found = (place(tenant, row.name, address) for address in row.addresses or [])
    return list(dict.fromkeys(each for each in found if each is not None))[:_MOST_PLACES]


def move(work: Work, party_id: str, before: set[Key], after: set[Key]) -> None:
    """Updates the rows of the party."""
    for partition, entry in sorted(after - before):
        work.overwrite(PartyLookup(partition=partition, entry=entry, party_id=party_id))
    for partition, entry in sorted(before - after):
        work.remove(ref_of(PartyLookup(partition=partition, entry=entry, party_id=party_id)))
