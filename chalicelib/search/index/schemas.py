"""API schemas of search."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel import ids
from chalicelib.kernel.texts import formatted, one_line

MOST_HITS = 20
_PATTERN = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]{1,200}$"
_SAYS = "Use 1 to 200 characters without line breaks."
SearchText = Annotated[
    str,
    formatted(
        _PATTERN,
        _SAYS,
        form=one_line,
        description="What to look for: beginnings of words, a number with or without what stands before its digits, a "
        "code, a whole e-mail address or telephone number. Case, accents and punctuation do not matter.",
        examples=["love"],
    ),
]
ListSearch = Annotated[
    str,
    formatted(
        _PATTERN,
        _SAYS,
        form=one_line,
        description="Only the documents that search finds by this text, the best first: at most `limit`, without "
        "further pages. Cannot be combined with filters, `ids`, `sort` or `cursor`.",
        examples=["love"],
    ),
]
Kind = Annotated[
    str,
    formatted(r"^[a-z_]{1,40}$", "Use a kind such as sales_order: small letters and _.", examples=["sales_order"]),
]


class SearchQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What to look for, and where."""

    q: SearchText
    kinds: (
        Annotated[
            list[Kind],
            Meta(
                min_length=1,
                max_length=20,
                description="Only documents of these kinds, separated by commas; those of all kinds if absent.",
            ),
        ]
        | None
    ) = None
    limit: Annotated[int, Meta(ge=1, le=MOST_HITS, description=f"The most hits; {MOST_HITS} if absent.")] = MOST_HITS


class MatchKind(StrEnum):
    """How a document fits. `exact`: a code, number, address or all words as a whole. `beginning`: what was looked for
    is only the beginning. More may be added, so accept unknown values."""

    EXACT = "exact"
    BEGINNING = "beginning"


class SearchHit(msgspec.Struct, frozen=True, kw_only=True):
    """A document that was found."""

    kind: Annotated[str, Meta(description="What kind of document it is.", examples=["customer"])]
    id: Annotated[str, Meta(description="The id of the document.")]
    name: Annotated[
        str | None, Meta(description="What it is called; null when it has no name.", examples=["Ada Lovelace"])
    ]
    code: Annotated[str | None, Meta(description="Its number, SKU or code; null when it has none.")]
    status: Annotated[str | None, Meta(description="Its status; null when it has none.")]
    match: Annotated[MatchKind, Meta(description="How it fits.")]


class SearchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What was found."""

    data: Annotated[
        list[SearchHit],
        Meta(description="The documents, exact ones first, then the newest; empty when there are none."),
    ]
    is_partial: Annotated[
        bool,
        Meta(description="Whether there may be more documents than these: look for more words, or for fewer kinds."),
    ]


class NewSearchCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What to do with what is wrong."""

    repair: Annotated[
        bool, Meta(description="Whether documents that are not found as they should be are indexed anew.")
    ] = False


class SearchCheckStarted(msgspec.Struct, frozen=True, kw_only=True):
    """The check was started as a job."""

    job_id: Annotated[str, ids.described("job", "the job whose report lists what is wrong")]
