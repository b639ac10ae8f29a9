"""The data map as CSV, a line for each field; the record of processing and the impact assessment as pages."""

from collections.abc import Iterable, Sequence
from html import escape

from chalicelib.bulk import csv_text
from chalicelib.edge import page as pages
from chalicelib.privacy.data_map.schemas import (
    DataMapTable,
    ImpactAssessment,
    ProcessingActivity,
    ProcessingRecipient,
    ProcessingRecord,
)

_COLUMNS = (
    "package",
    "table",
    "field",
    "class",
    "people",
    "purposes",
    "basis",
    "erasure",
    "recipients",
    "copies",
    "kept",
)


def csv(tables: Iterable[DataMapTable]) -> str:
    """A line for each field of the tables."""
    lines: list[Sequence[str]] = [_COLUMNS]
    for table in tables:
        kept = "; ".join(f"{rule.rule} {rule.days} days: {rule.basis}" for rule in table.retention)
        for field in table.fields:
            lists = (table.people, field.purposes, [field.basis], [field.erasure], field.recipients, field.copies)
            cells = [" ".join(each) for each in lists]
            lines.append((table.package, table.table, field.name, field.data_class, *cells, kept))
    return csv_text.table(lines)


def page(record: ProcessingRecord) -> str:
    """The record for people."""
    return pages.document(
        "Record of processing",
        "<h1>Record of processing activities</h1>"
        f"<p>{escape(record.controller)}, made on {record.made_on}. "
        f"All data lies in {escape(record.region)}.</p>"
        f"{_processing(record.activities, record.recipients, record.security)}"
        f"<h2>What your company adds</h2>{_list(record.to_be_supplied)}",
    )


def impact_page(sheet: ImpactAssessment) -> str:
    """The sheet for people, with room for their answers."""
    questions = [(each.article, each.question, "") for each in sheet.questions]
    return pages.document(
        "Impact assessment",
        "<h1>Data protection impact assessment</h1>"
        f"<p>{escape(sheet.controller)}, made on {sheet.made_on}.</p>"
        f"{_processing(sheet.activities, sheet.recipients, sheet.measures)}"
        f"<h2>What your company answers</h2>{_table(('Law', 'Question', 'Answer'), questions)}",
    )


def _processing(
    activities: Iterable[ProcessingActivity], parties: Iterable[ProcessingRecipient], security: Iterable[str]
) -> str:
    """What is done with which data, who gets some of it, and how it is protected."""
    recipients = [
        (each.name, each.reason, ", ".join(each.fields) or "nothing personal", each.place) for each in parties
    ]
    return (
        f"<h2>What is done</h2>{''.join(_activity(each) for each in activities)}"
        f"<h2>Other parties</h2>{_table(('Party', 'Why', 'Fields', 'Where'), recipients)}"
        f"<h2>How it is protected</h2>{_list(security)}"
    )


def _activity(activity: ProcessingActivity) -> str:
    rows = [
        ("Purposes", ", ".join(activity.purposes)),
        ("Whose data", ", ".join(activity.people)),
        ("Kinds of data", ", ".join(activity.classes)),
        ("Why the law allows it", ", ".join(activity.bases)),
        ("Other parties", ", ".join(activity.recipients) or "none"),
        ("Kept", "; ".join(activity.kept)),
    ]
    return f"<h3>{escape(activity.area)}</h3>{_table((), rows)}"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    head = "".join(f'<th scope="col">{escape(each)}' for each in heads)
    body = "".join(
        "<tr>" + f'<th scope="row">{escape(first)}' + "".join(f"<td>{escape(each)}" for each in rest)
        for first, *rest in rows
    )
    return f"<table><tr>{head}{body}</table>" if head else f"<table>{body}</table>"


def _list(texts: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(each)}' for each in texts)}</ul>"
