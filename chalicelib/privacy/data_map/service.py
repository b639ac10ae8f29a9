"""The data map and the record of processing that a tenant is shown."""

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import TypeVar

import msgspec

from chalicelib.identity.tenants import service as tenants
from chalicelib.kernel import clock, declaration
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import client
from chalicelib.kernel.dynamo.model import Row
from chalicelib.kernel.privacy import BACKUP_DAYS
from chalicelib.privacy.data_map import declared
from chalicelib.privacy.data_map.schemas import (
    DataMap,
    DataMapField,
    DataMapQuery,
    DataMapTable,
    ImpactAssessment,
    ImpactQuestion,
    ProcessingActivity,
    ProcessingRecipient,
    ProcessingRecord,
)

T = TypeVar("T")
BACKUPS = f"Backups of all tables are kept for {BACKUP_DAYS} days; what is erased leaves them by then."
_WHILE_ACTIVE = "while the account is active and the law requires it"
_SECURITY = [
    "Every request needs a token of Keycloak, which is checked; roles say what each caller may do.",
    "All keys begin with the tenant; no query reaches another tenant's rows.",
    "All traffic is encrypted, and so are tables, objects and queues where they are stored.",
    "Credentials of platforms lie in Secrets Manager only.",
    "Each change is in a journal, whose entries are chained by hashes; each request is in the access log.",
    "Personal data is in no key, log line, metric or queue message.",
]
_TO_BE_SUPPLIED = [
    "The address of the controller and, if there is one, of its representative (Art. 30(1)(a)).",
    "Who the data protection officer is, if there is one (Art. 30(1)(a)).",
    "Transfers to other countries by platforms that you have connected (Art. 30(1)(e)).",
]

_QUESTIONS = [
    ("GDPR Art. 35(7)(b)", "Why is the processing necessary for its purposes, and in proportion to them?"),
    ("GDPR Art. 35(7)(c)", "Which risks for persons are there, how likely are they, and how bad?"),
    ("GDPR Art. 35(7)(d)", "What else do you do against these risks?"),
    ("GDPR Art. 35(2)", "What does the data protection officer advise, if there is one?"),
    ("GDPR Art. 35(9)", "What do the persons, or those who speak for them, say?"),
    ("GDPR Art. 36(1)", "Is a high risk left, so that the supervisory authority must be asked first?"),
]


def data_map(query: DataMapQuery) -> DataMap:
    """Every stored field, or those that the query asks for; tables without such fields are left out."""
    found = [_narrowed(table, query) for table in declared.tables() if query.table in (None, table.table)]
    return DataMap(tables=[table for table in found if table.fields], backups=BACKUPS)


def table_of(model: type[Row]) -> str:
    """The table's name in the data map."""
    return declared.name_of(model)


def model_of(table: str) -> type[Row]:
    """The model of a table in the data map. KeyError."""
    return declared.models()[table]


def record(call: Call) -> ProcessingRecord:
    """The tenant's record of processing, from the tables that hold personal data."""
    personal = data_map(DataMapQuery(personal=True)).tables
    personal.sort(key=_area)
    return ProcessingRecord(
        controller=tenants.read(call).name,
        made_on=clock.now().date(),
        region=client.region(),
        activities=[_activity(area, list(tables)) for area, tables in groupby(personal, key=_area)],
        recipients=[
            ProcessingRecipient(
                name=each.name,
                fields=sorted(each.fields),
                purpose=each.purpose,
                reason=each.reason,
                place=each.place,
            )
            for _, each in declaration.recipients().values()
        ],
        security=_SECURITY,
        to_be_supplied=_TO_BE_SUPPLIED,
    )


def impact_assessment(call: Call) -> ImpactAssessment:
    """A sheet for an impact assessment, from the same declarations as the record."""
    known = record(call)
    return ImpactAssessment(
        controller=known.controller,
        made_on=known.made_on,
        activities=known.activities,
        recipients=known.recipients,
        measures=known.security,
        questions=[ImpactQuestion(article=article, question=question) for article, question in _QUESTIONS],
    )


def _narrowed(table: DataMapTable, query: DataMapQuery) -> DataMapTable:
    def is_wanted(each: DataMapField) -> bool:
        return query.personal in (None, each.is_personal) and query.data_class in (None, each.data_class)

    return msgspec.structs.replace(table, fields=[each for each in table.fields if is_wanted(each)])


def _area(table: DataMapTable) -> str:
    return table.package.partition(".")[0]


def _activity(area: str, tables: list[DataMapTable]) -> ProcessingActivity:
    fields = [each for table in tables for each in table.fields]
    return ProcessingActivity(
        area=area,
        purposes=_each(fields, lambda field: field.purposes),
        people=list(dict.fromkeys(each for table in tables for each in table.people)),
        classes=_each(fields, lambda field: [field.data_class]),
        bases=_each(fields, lambda field: [field.basis]),
        tables=[table.table for table in tables],
        recipients=_each(fields, lambda field: field.recipients),
        kept=[f"{table.table}: {_kept(table)}" for table in tables],
    )


def _kept(table: DataMapTable) -> str:
    return "; ".join(f"{rule.rule} {rule.days} days" for rule in table.retention) or _WHILE_ACTIVE


def _each(fields: Iterable[DataMapField], values: Callable[[DataMapField], Iterable[T]]) -> list[T]:
    return list(dict.fromkeys(value for field in fields for value in values(field)))
