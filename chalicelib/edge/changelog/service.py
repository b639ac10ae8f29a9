"""The changelog: what the versions of the API and the deprecations declare, for people and programs."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from itertools import pairwise

import msgspec

from chalicelib.edge import index
from chalicelib.edge.changelog.schemas import Changelog, ChangelogEntry, ChangelogKind
from chalicelib.edge.changelog.uses import operations_by_schema
from chalicelib.edge.versions import forms, history
from chalicelib.edge.versions.change import Change, Json, Version


@cache
def current() -> Changelog:
    """The changelog of this process, from the newest OpenAPI document."""
    return of(msgspec.json.decode(index.document(history.newest())))


def of(document: Json) -> Changelog:
    """The changelog of the versions and of what the newest OpenAPI document marks as deprecated."""
    users = operations_by_schema(document)
    changes = [
        _change(before, version, change, users)
        for before, version in pairwise(history.VERSIONS)
        for change in version.changes
    ]
    entries = [*changes, *_deprecations(document, users)]
    return Changelog(sorted(entries, key=lambda entry: (entry.since, entry.kind, entry.summary), reverse=True))


def _change(before: Version, version: Version, change: Change, users: dict[str, set[str]]) -> ChangelogEntry:
    types = forms.conversions(change)
    fields = [f"{name}.{new}" for name, conversion in change.types.items() for new in conversion.renamed]
    whole = [name for name, conversion in change.types.items() if not conversion.renamed]
    return ChangelogEntry(
        since=version.released,
        kind=ChangelogKind.CHANGE,
        version=version.name,
        summary=change.summary,
        instead=change.instead,
        operations=sorted(name for kind in types for name in users.get(kind, ())),
        fields=[*fields, *whole],
        sunset=before.sunset,
    )


def _deprecations(document: Json, users: dict[str, set[str]]) -> Iterator[ChangelogEntry]:
    for methods in document["paths"].values():
        for operation in methods.values():
            name = operation["operationId"]
            if operation.get("deprecated"):
                yield _deprecation(f"`{name}` is deprecated.", operation, [name], [])
            for parameter in operation["parameters"]:
                if parameter.get("deprecated"):
                    summary = f"`{parameter['name']}` of `{name}` is deprecated."
                    yield _deprecation(summary, parameter, [name], [parameter["name"]])
    for kind, schema in document["components"]["schemas"].items():
        for field, member in schema.get("properties", {}).items():
            said = next((each for each in (member, *member.get("anyOf", ())) if each.get("deprecated")), None)
            if said is not None:
                summary = f"`{field}` of `{kind}` is deprecated."
                yield _deprecation(summary, said, sorted(users.get(kind, ())), [f"{kind}.{field}"])


def _deprecation(summary: str, said: Mapping[str, str], operations: list[str], fields: list[str]) -> ChangelogEntry:
    return ChangelogEntry(
        since=date.fromisoformat(said["x-deprecated-since"]),
        kind=ChangelogKind.DEPRECATION,
        version=None,
        summary=summary,
        instead=said["x-instead"],
        operations=operations,
        fields=fields,
        sunset=date.fromisoformat(said["x-sunset"]) if "x-sunset" in said else None,
    )
