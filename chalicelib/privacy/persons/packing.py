"""The access package: all that is stored of a person, for the person, as a zip file.

In it: `index.html` to read, `data/<table>.jsonl` and `.csv` to use elsewhere, `schema.json` with what each field means,
`kept.json` with what an erasure would keep and why, and `manifest.json` with the SHA-256 of each. What is somebody
else's is not in it, and so are no raw files: the bodies of webhooks and what was imported name other people too.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

import msgspec

from chalicelib.bulk import csv_text
from chalicelib.bulk.schemas import CsvSeparator
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo.attributes import Declared
from chalicelib.kernel.dynamo.model import BOOKKEEPING, Row
from chalicelib.kernel.privacy import CREDENTIAL
from chalicelib.privacy.data_map import service as data_map
from chalicelib.privacy.data_map.schemas import DataMapQuery
from chalicelib.privacy.persons import content, erasing, previews
from chalicelib.privacy.persons.schemas import FindingSign
from chalicelib.privacy.persons.tables import PersonFinding

SOMEBODY_ELSE = "[somebody else]"
_HIDDEN = BOOKKEEPING - {"created_at", "updated_at"}
_STYLE = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem}dt{font-weight:bold}"


def package(call: Call, findings: Iterable[PersonFinding]) -> bytes:
    """The zip file of what counts among findings."""
    found = list(findings)
    plans = list(erasing.plans(call, found))
    by_table: dict[str, list[dict[str, Any]]] = {}
    files: dict[str, bytes] = {}
    for finding, plan in plans:
        by_table.setdefault(finding.table, []).append(shown(finding, plan.row))
    for table, rows in by_table.items():
        files[f"data/{table}.jsonl"] = "".join(f"{json.dumps(row, default=str)}\n" for row in rows).encode()
        files[f"data/{table}.csv"] = _csv(rows).encode()
    files["schema.json"] = msgspec.json.encode(
        [each for table in by_table for each in data_map.data_map(DataMapQuery(table=table)).tables]
    )
    files["kept.json"] = msgspec.json.encode(previews.preview(plans, 0).kept)
    files["index.html"] = _page(by_table).encode()
    sums = {name: hashlib.sha256(body).hexdigest() for name, body in sorted(files.items())}
    files["manifest.json"] = json.dumps({"sha256": sums}, indent=1).encode()
    return _zipped(files)


def shown(finding: PersonFinding, row: Row) -> dict[str, Any]:
    """What of a row is the person's. Of his documents also what is nobody's, such as quantities and totals."""
    leaves = {leaf.path for leaf in erasing.leaves(row, finding.counted())}
    others = [leaf.path for block in content.blocks(row) for leaf in block.all if leaf.path not in leaves]
    said: dict[str, Any] = {}
    for name, attribute in type(row).get_attributes().items():
        value = row.attribute_values.get(name)
        if value is None or not isinstance(attribute, Declared) or not _is_told(type(row), name, attribute):
            continue
        said[name] = attribute.tree(value)
    for path in others:
        _replace(said, path)
    if _is_whole(finding):
        return said
    return {name: said[name] for name in dict.fromkeys(str(path[0]) for path in leaves) if name in said}


def _is_whole(finding: PersonFinding) -> bool:
    """Whether the row is one of the person's documents, or belongs to one."""
    return not finding.portions or any(each.sign is FindingSign.DOCUMENT for each in finding.portions)


def _is_told(model: type[Row], name: str, attribute: Declared[Any]) -> bool:
    is_key = name in model.key_names() and name != "id"
    is_index = name.endswith(("_key", "_token", "_tokens"))
    return not is_key and not is_index and name not in _HIDDEN and attribute.field_class != CREDENTIAL


def _replace(said: dict[str, Any], path: content.Path) -> None:
    *way, last = path
    node: Any = said
    for step in way:
        if isinstance(node, dict) and step not in node:
            return
        node = node[step]
    if not isinstance(node, dict) or last in node:
        node[last] = SOMEBODY_ELSE


def _csv(rows: list[dict[str, Any]]) -> str:
    flat = [dict(_cells("", row)) for row in rows]
    columns = list(dict.fromkeys(name for row in flat for name in row))
    lines = [columns, *([row.get(name, "") for name in columns] for row in flat)]
    return "".join(csv_text.line([csv_text.guarded(each) for each in line], CsvSeparator.COMMA) for line in lines)


def _cells(path: str, node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, member in node.items():
            yield from _cells(f"{path}.{key}" if path else str(key), member)
    elif isinstance(node, list):
        for place, member in enumerate(node):
            yield from _cells(f"{path}.{place}", member)
    elif node is not None:
        yield path, str(node)


def _page(by_table: dict[str, list[dict[str, Any]]]) -> str:
    """All of it for people; whatever is stored is only text in it."""
    parts = []
    for table, rows in by_table.items():
        parts.append(f"<h2>{escape(table.replace('_', ' '))}</h2>")
        for row in rows:
            cells = "".join(f"<dt>{escape(name)}<dd>{escape(value)}" for name, value in _cells("", row))
            parts.append(f"<dl>{cells}</dl><hr>")
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Your data</title><style>{_STYLE}</style><h1>Your data</h1>{''.join(parts)}</html>"
    )


def _zipped(files: dict[str, bytes]) -> bytes:
    """The files as a zip file; their names are ours, so none leads out of a folder."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as package_file:
        for name, each in files.items():
            package_file.writestr(name, each)
    return body.getvalue()
