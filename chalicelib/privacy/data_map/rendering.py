"""The record of processing as CSV, a line for each field, and as a page."""

from collections.abc import Iterable
from html import escape

from chalicelib.bulk import csv_text
from chalicelib.bulk.schemas import CsvSeparator
from chalicelib.privacy.data_map.schemas import DataMapTable, ProcessingActivity, ProcessingRecord

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
CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.4rem;"
    "border-bottom:1px solid #767676}"
)


def csv(tables: Iterable[DataMapTable]) -> str:
    """A line for each field of the tables, below the names of the columns; no cell is taken for a formula."""
    lines = [_line(_COLUMNS)]
    for table in tables:
        kept = "; ".join(f"{rule.rule} {rule.days} days: {rule.basis}" for rule in table.retention)
        for field in table.fields:
            lists = (table.people, field.purposes, [field.basis], [field.erasure], field.recipients, field.copies)
            cells = [" ".join(each) for each in lists]
            lines.append(_line((table.package, table.table, field.name, field.data_class, *cells, kept)))
    return "".join(lines)


def page(record: ProcessingRecord) -> str:
    """The record for people, as HTML without anything from elsewhere."""
    recipients = [
        (each.name, each.reason, ", ".join(each.fields) or "nothing personal", each.place) for each in record.recipients
    ]
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Record of processing</title><style>{_STYLE}</style><h1>Record of processing activities</h1>"
        f"<p>{escape(record.controller)}, made on {record.made_on}. "
        f"All data lies in {escape(record.region)}.</p>"
        f"<h2>What is done</h2>{''.join(_activity(each) for each in record.activities)}"
        f"<h2>Other parties</h2>{_table(('Party', 'Why', 'Fields', 'Where'), recipients)}"
        f"<h2>How it is protected</h2>{_list(record.security)}"
        f"<h2>What your company adds</h2>{_list(record.to_be_supplied)}</html>"
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


def _line(cells: Iterable[str]) -> str:
    return csv_text.line([csv_text.guarded(each) for each in cells], CsvSeparator.COMMA)
