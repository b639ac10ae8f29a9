"""API schemas of searches for a person's data."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.jobs.schemas import JobIdentifier
from chalicelib.kernel import ids
from chalicelib.kernel.address import Email, Name, Phone
from chalicelib.kernel.pages import PageQuery
from chalicelib.kernel.privacy import CONTACT, NAME, marked
from chalicelib.kernel.schemas import AllowedTransitions, Schema, Stamped
from chalicelib.kernel.texts import formatted

SearchId = Annotated[str, ids.described("psn", "the search for a person's data")]
FindingId = Annotated[
    str,
    formatted(
        r"^[a-z_]{1,64}\.[0-9a-f]{24}$",
        "Use the id of a finding, as the list has it.",
        description="The id of a finding.",
        examples=["parties.0123456789abcdef01234567"],
    ),
]
DocumentId = Annotated[
    str,
    formatted(
        rf"^[a-z]{{2,4}}_{ids.BODY}$",
        "Use the id of a document.",
        description="The id of a document that is the person's, such as a customer or a user.",
    ),
]


class PersonSearchState(StrEnum):
    """`searching`: a job goes through all data. `found`: it has. `erasing`: what is the person's is being erased.
    `verifying`: all data is gone through once more. `erased`: nothing was found but what is kept for a reason.
    `forgotten`: its request has ended, and nobody knows any more by what the person was looked for."""

    SEARCHING = "searching"
    FOUND = "found"
    ERASING = "erasing"
    VERIFYING = "verifying"
    ERASED = "erased"
    FORGOTTEN = "forgotten"


class FindingSign(StrEnum):
    """Why something is the person's. `document`: it is one of his documents, or belongs to one. `contact`: it has his
    address or number. `name`: it has his name, which others may have too. `near`: it is a text beside what is his."""

    DOCUMENT = "document"
    CONTACT = "contact"
    NAME = "name"
    NEAR = "near"


class NewPersonSearch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is known of the person: at least one of the four."""

    names: Annotated[
        list[Annotated[Name, marked(NAME)]], Meta(max_length=10, description="What the person is called.")
    ] = []
    emails: Annotated[
        list[Annotated[Email, marked(CONTACT)]], Meta(max_length=10, description="The person's e-mail addresses.")
    ] = []
    phones: Annotated[
        list[Annotated[Phone, marked(CONTACT)]], Meta(max_length=10, description="The person's telephone numbers.")
    ] = []
    document_ids: Annotated[
        list[DocumentId], Meta(max_length=50, description="Documents that are the person's: customers, vendors, users.")
    ] = []


class PersonDataCount(msgspec.Struct, frozen=True, kw_only=True):
    """What was found in one table."""

    table: Annotated[str, Meta(description="The table, as in the data map.", examples=["parties"])]
    rows: Annotated[int, Meta(description="How many rows have something of the person for certain.")] = 0
    possible: Annotated[int, Meta(description="How many more have it perhaps, and wait for a decision.")] = 0
    excluded: Annotated[int, Meta(description="How many somebody has decided not to be the person's.")] = 0
    bytes: Annotated[int, Meta(description="How large the rows and files are that count.")] = 0


class PersonSearch(Schema, Stamped, frozen=True, kw_only=True):
    """A search for everything that is stored of a person."""

    id: SearchId
    state: Annotated[PersonSearchState, Meta(description="How far it is.")]
    names: Annotated[list[str], marked(NAME, "What the person is called.")]
    emails: Annotated[list[str], marked(CONTACT, "The person's e-mail addresses.")]
    phones: Annotated[list[str], marked(CONTACT, "The person's telephone numbers.")]
    document_ids: Annotated[list[str], Meta(description="The documents that were named as the person's.")]
    found_document_ids: Annotated[
        list[str], Meta(description="The documents that are, or belong to, the person's; the search has followed them.")
    ]
    counts: Annotated[list[PersonDataCount], Meta(description="What was found, by table.")]
    left: Annotated[
        int | None,
        Meta(description="Of how many rows the last erasure has left something, to be erased again; null for none."),
    ]
    packed_at: Annotated[
        datetime | None, Meta(description="When the package of the data was made; null when there is none.")
    ]
    job_id: Annotated[JobIdentifier | None, Meta(description="The job that worked on it last; null before that.")]
    request_id: Annotated[
        str | None,
        Meta(
            description="The privacy request for which it was started; null when somebody has started it by hand.",
            examples=["prq_01k9zq3v5e7r2t8y4w6x1c9b3n"],
        ),
    ]
    allowed_transitions: AllowedTransitions


class KeptPersonData(msgspec.Struct, frozen=True, kw_only=True):
    """What of the person stays, and why."""

    table: Annotated[str, Meta(description="The table, as in the data map.")]
    fields: Annotated[list[str], Meta(description="The fields, as in the data map.")]
    basis: Annotated[str, Meta(description="Why it is kept.")]
    until: Annotated[date | None, Meta(description="The last day for which it is kept; null when that is not known.")]
    rows: Annotated[int, Meta(description="How many rows have it.")]


class ErasedPersonData(msgspec.Struct, frozen=True, kw_only=True):
    """What of the person an erasure takes out of one table."""

    table: Annotated[str, Meta(description="The table, as in the data map.")]
    rows: Annotated[int, Meta(description="How many rows change.")]
    fields: Annotated[list[str], Meta(description="The fields that are erased, as in the data map.")]
    files: Annotated[int, Meta(description="How many files are deleted.")]
    bytes: Annotated[int, Meta(description="How large the rows and their files are.")]


class ErasurePreview(msgspec.Struct, frozen=True, kw_only=True):
    """What an erasure would do now."""

    erased: Annotated[list[ErasedPersonData], Meta(description="What goes, by table.")]
    kept: Annotated[list[KeptPersonData], Meta(description="What stays, and why.")]
    waiting: Annotated[int, Meta(description="How many findings wait for a decision; an erasure needs all of them.")]


@dataclass(frozen=True, slots=True)
class BeforeErasure:
    """What nothing tells any more once a person is erased. holders: the connected platforms that have the data too.
    emails: his addresses. references: what other systems call him."""

    preview: ErasurePreview
    holders: list[str]
    emails: list[str] = field(repr=False)
    references: list[str] = field(repr=False)


class PersonSearchQuery(PageQuery, frozen=True, kw_only=True):
    """All searches, newest first."""

    state: Annotated[PersonSearchState, Meta(description="Only searches in this state.")] | None = None


class FindingPortion(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a row that is the person's."""

    path: Annotated[
        list[str | int],
        Meta(description="Where it is in the row; empty for the fields of the row itself.", examples=[["contacts", 0]]),
    ]
    fields: Annotated[list[str], Meta(description="The fields, as in the data map; no values.")]
    sign: Annotated[FindingSign, Meta(description="Why it is taken for the person's.")]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A row in which something of the person is. Values are not in it: read the document."""

    id: FindingId
    table: Annotated[str, Meta(description="The table, as in the data map.", examples=["parties"])]
    document_id: Annotated[str | None, Meta(description="The id of the document; null for a row that is none.")]
    portions: Annotated[
        list[FindingPortion],
        Meta(description="What is the person's; empty when the row only belongs to his documents."),
    ]
    bytes: Annotated[int, Meta(description="How large the row and its files are.")]
    is_certain: Annotated[bool, Meta(description="Whether it needs no decision.")]
    is_included: Annotated[
        bool | None, Meta(description="Whether somebody has decided that it is the person's; null before that.")
    ]


class FindingQuery(PageQuery, frozen=True, kw_only=True):
    """All findings, table by table."""

    waiting: Annotated[bool, Meta(description="Only those that wait for a decision, or only the others.")] | None = None


class FindingsOfSearch(FindingQuery, frozen=True, kw_only=True):
    """The findings of one search, so that a cursor of another one is refused."""

    search_id: str | None = None
