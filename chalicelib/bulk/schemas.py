"""API schemas that bulk endpoints, imports and exports share."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel.errors import FieldError
from chalicelib.kernel.texts import formatted

KindName = Annotated[
    str,
    formatted(
        r"^[a-z][a-z0-9_]{0,39}$",
        "Use the name of a kind, such as items.",
        description="What the rows are: `items`. More kinds may be added.",
        examples=["items"],
    ),
]


class BulkOnError(StrEnum):
    """What happens when rows are invalid. `skip_rows`: the valid rows are written, the others are told with their
    errors. `all_or_nothing`: no row is written when one is invalid."""

    SKIP_ROWS = "skip_rows"
    ALL_OR_NOTHING = "all_or_nothing"


class BulkKey(StrEnum):
    """By what a row finds the document that it changes. `code`: by your own code of it, such as the SKU of an item.
    `external_ref`: by one of its external references; then those of the row are added to those that it has, and none is
    removed."""

    CODE = "code"
    EXTERNAL_REF = "external_ref"


class BulkRowOutcome(StrEnum):
    """What became of a row. `unchanged`: the document has these values already. `failed`: see the row's errors."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FAILED = "failed"


class CsvSeparator(StrEnum):
    """What separates the cells of a line: a comma or a semicolon."""

    COMMA = ","
    SEMICOLON = ";"


SeparatorField = Annotated[CsvSeparator, Meta(description="What separates the cells of a line.")]
OnErrorField = Annotated[BulkOnError, Meta(description="What happens when rows are invalid.")]
KeyField = Annotated[BulkKey, Meta(description="By what a row finds the document that it changes.")]


class DownloadLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link to a file, which works for a few minutes and for everybody who has it. Ask again for a new one."""

    url: Annotated[str, Meta(description="Where the file is; no token is needed.")]
    expires_at: Annotated[datetime, Meta(description="Until when the link works.")]


class BulkProblem(msgspec.Struct, frozen=True, kw_only=True):
    """Why an import or export has ended as `failed`."""

    code: Annotated[str, Meta(description="The kind of problem, for programs.", examples=["malformed"])]
    message: Annotated[str, Meta(description="The problem in a sentence, for people.")]
    row: Annotated[
        int | None, Meta(description="The row of the file, as a spreadsheet counts; null when it is about none.")
    ] = None


class BulkRowResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one row."""

    index: Annotated[int, Meta(description="The position of the row in the request, from 0.")]
    key: Annotated[
        str | None,
        Meta(description="The code of the row, such as its SKU; null when it has none or could not be read."),
    ]
    outcome: Annotated[BulkRowOutcome, Meta(description="What became of the row.")]
    id: Annotated[
        str | None,
        Meta(
            description="The id of the document; null when the row failed. In a dry run, a new document's id is not "
            "kept."
        ),
    ] = None
    errors: Annotated[
        list[FieldError],
        Meta(description="Why the row failed; pointers begin at the row. Empty when it did not fail."),
    ] = []


def counts(outcomes: Iterable[BulkRowOutcome]) -> dict[str, int]:
    """How many rows have each outcome, by its name, which is that of the field of a result that counts it."""
    found = Counter(outcomes)
    return {outcome.value: found[outcome] for outcome in BulkRowOutcome}


class BulkResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the rows of a bulk upsert."""

    dry_run: Annotated[bool, Meta(description="Whether it was a dry run, which wrote nothing.")]
    created: Annotated[int, Meta(description="How many documents were created.")]
    updated: Annotated[int, Meta(description="How many documents were changed.")]
    unchanged: Annotated[int, Meta(description="How many documents had the given values already.")]
    failed: Annotated[int, Meta(description="How many rows were skipped because of errors.")]
    rows: Annotated[list[BulkRowResult], Meta(description="The result of every row, in the order of the request.")]
