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
from typing import TypeVar

import msgspec

from chalicelib.bulk import csv_text
from chalicelib.edge import page
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo.attributes import Declared, Tree
from chalicelib.kernel.dynamo.model import BOOKKEEPING, Row
from chalicelib.kernel.privacy import CREDENTIAL
from chalicelib.privacy.data_map import service as data_map
from chalicelib.privacy.data_map.schemas import DataMapQuery
from chalicelib.privacy.persons import content, erasing, previews
from chalicelib.privacy.persons.schemas import FindingSign
from chalicelib.privacy.persons.tables import PersonFinding

T = TypeVar("T")
SOMEBODY_ELSE = "[somebody else]"
_HIDDEN = BOOKKEEPING - {"created_at", "updated_at"}


def package(call: Call, findings: Iterable[PersonFinding]) -> bytes:
    """The zip file of what counts among findings."""
    found = list(findings)
    plans = list(erasing.plans(call, found))
    by_table: dict[str, list[dict[str, Tree]]] = {}
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


def shown(finding: PersonFinding, row: Row) -> dict[str, Tree]:
    """What of a row is the person's: of his documents all but what is somebody else's, of others only what is his."""
    his = list(erasing.leaves(row, finding.counted))
    if not _is_whole(finding):
        return {".".join(map(str, leaf.path)): leaf.value for leaf in his}
    paths = {leaf.path for leaf in his}
    others = {leaf.path for block in content.blocks(row) for leaf in block.all} - paths
    said: dict[str, Tree] = {}
    for name, attribute in type(row).get_attributes().items():
        value = row.attribute_values.get(name)
        if value is not None and isinstance(attribute, Declared) and _is_told(type(row), name, attribute):
            said[name] = content.pruned(attribute.tree(value), (name,), others, SOMEBODY_ELSE)
    return said


def _is_whole(finding: PersonFinding) -> bool:
    """Whether the row is one of the person's documents, or belongs to one."""
    return not finding.portions or any(each.sign is FindingSign.DOCUMENT for each in finding.portions)


def _is_told(model: type[Row], name: str, attribute: Declared[T]) -> bool:
    is_key = name in model.key_names() and name != "id"
    is_index = name.endswith(("_key", "_token", "_tokens"))
    return not is_key and not is_index and name not in _HIDDEN and attribute.field_class != CREDENTIAL


def _csv(rows: list[dict[str, Tree]]) -> str:
    flat = [dict(_cells("", row)) for row in rows]
    columns = list(dict.fromkeys(name for row in flat for name in row))
    return csv_text.table([columns, *([row.get(name, "") for name in columns] for row in flat)])


def _cells(path: str, node: Tree) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, member in node.items():
            yield from _cells(f"{path}.{key}" if path else str(key), member)
    elif isinstance(node, list):
        for place, member in enumerate(node):
            yield from _cells(f"{path}.{place}", member)
    elif node is not None:
        yield path, str(node)


def _page(by_table: dict[str, list[dict[str, Tree]]]) -> str:
    """All of it for people; whatever is stored is only text in it."""
    parts = []
    for table, rows in by_table.items():
        parts.append(f"<h2>{escape(table.replace('_', ' '))}</h2>")
        for row in rows:
            cells = "".join(f"<dt>{escape(name)}<dd>{escape(value)}" for name, value in _cells("", row))
            parts.append(f"<dl>{cells}</dl><hr>")
    return page.document("Your data", f"<h1>Your data</h1>{''.join(parts)}")


def _zipped(files: dict[str, bytes]) -> bytes:
    """The files as a zip file; their names are ours, so none leads out of a folder."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as package_file:
        for name, each in files.items():
            package_file.writestr(name, each)
    return body.getvalue()
