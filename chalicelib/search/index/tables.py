"""The tables of search. All of it is derived from documents."""

from chalicelib.kernel.dynamo.attributes import Struct, Text
from chalicelib.kernel.dynamo.model import Row, meta
from chalicelib.kernel.privacy import BUSINESS, IDENTITY, Persons
from chalicelib.kernel.tenant import Tenant, compound, parts_of

CODES, TEXTS = "code", "text"


class SearchEntry(Row):
    """One way to find a document. Access: by kind of document and token of the beginning of a name, the best and newest
    first; by kind and the beginning of a code, or of a word of a text. words: the document's words, in blanks.
    warehouse_ids: who is limited to others does not see the document; None for all."""

    Meta = meta("search_entries")
    persons = Persons(("customers", "vendors"), listed="by the manifest of their document")
    partition = Text(BUSINESS, hash_key=True)
    entry = Text(BUSINESS, range_key=True)
    words = Text(IDENTITY, null=True)
    warehouse_ids: Struct[list[str]] = Struct(BUSINESS, list[str], null=True)

    @property
    def document_id(self) -> str:
        """The document that is found."""
        return parts_of(self.entry)[-1]


class SearchManifest(Row):
    """All entries of a document, so that they can be changed and removed. Access: by kind and document. tokens: of
    generation, match and token. digest: a token of what the entries say of the document."""

    Meta = meta("search_manifests")
    partition = Text(BUSINESS, hash_key=True)
    id = Text(BUSINESS, range_key=True)
    tokens: Struct[list[str]] = Struct(BUSINESS, list[str], null=True)
    texts: Struct[list[str]] = Struct(BUSINESS, list[str], null=True)
    codes: Struct[list[str]] = Struct(BUSINESS, list[str], null=True)
    digest = Text(BUSINESS)

    def keys(self, tenant: Tenant, kind: str) -> set[tuple[str, str]]:
        """The keys of the entries: partition and entry."""
        found = {(plain_partition(tenant, kind, TEXTS), compound(word, self.id)) for word in self.texts or ()}
        found |= {(plain_partition(tenant, kind, CODES), compound(code, self.id)) for code in self.codes or ()}
        for each in self.tokens or ():
            generation, match, token = each.split(".")
            found.add((token_partition(tenant, kind, generation, token), compound(match, self.id)))
        return found


def plain_partition(tenant: Tenant, kind: str, group: str) -> str:
    """The partition of the codes, or of the words of texts, of a kind."""
    return tenant.key(kind, group)


def token_partition(tenant: Tenant, kind: str, generation: str, token: str) -> str:
    """The partition of a token of a generation."""
    return tenant.key(kind, generation, token)
