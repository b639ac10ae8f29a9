"""API schemas of the data map and of the record of processing."""

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel.privacy import Basis, DataClass, ErasureMethod, Purpose
from chalicelib.kernel.texts import formatted

TableName = Annotated[
    str,
    formatted(
        r"^[a-z_]{1,64}$",
        "Use the name of a table, such as parties.",
        description="The table, without the name of the stage.",
        examples=["parties"],
    ),
]
DataClassName = Annotated[DataClass, Meta(description="What kind of data it is.")]
Purposes = Annotated[list[Purpose], Meta(description="What it is used for.")]
People = Annotated[
    list[str],
    Meta(
        description="Whose data it is: `staff` are your users; others are named after the side on which they or their"
        " employers are. Empty when it is nobody's.",
        examples=[["customers"]],
    ),
]


class DataMapField(msgspec.Struct, frozen=True, kw_only=True):
    """A stored field; one of a structure is named by its path."""

    name: Annotated[str, Meta(description="The field, such as `contacts.email`.", examples=["contacts.email"])]
    data_class: DataClassName
    is_free_text: Annotated[bool, Meta(description="Whether anything may be typed in it; then it counts as personal.")]
    is_personal: Annotated[bool, Meta(description="Whether it is of a person, or may be.")]
    purposes: Purposes
    basis: Annotated[Basis, Meta(description="Why the law allows it.")]
    erasure: Annotated[ErasureMethod, Meta(description="What an erasure does with it.")]
    recipients: Annotated[list[str], Meta(description="The other parties that may be sent it.")]
    copies: Annotated[list[str], Meta(description="The tables in which copies lie, which follow it.")]


class DataMapRetention(msgspec.Struct, frozen=True, kw_only=True):
    """How long rows, or the objects that belong to them, are kept."""

    rule: Annotated[str, Meta(description="The name of the rule, as in the retention rules.")]
    days: Annotated[int, Meta(description="How many days after the time that counts.")]
    basis: Annotated[str, Meta(description="Why so long.")]


class DataMapTable(msgspec.Struct, frozen=True, kw_only=True):
    """A table, with all its fields."""

    table: TableName
    package: Annotated[str, Meta(description="The package that has it.", examples=["parties.parties"])]
    says: Annotated[str, Meta(description="What a row is.")]
    people: People
    retention: Annotated[
        list[DataMapRetention],
        Meta(description="How long rows are kept; while the account is active and the law requires it when empty."),
    ]
    objects: Annotated[list[str], Meta(description="The fields that name files, which go with the row.")]
    fields: Annotated[list[DataMapField], Meta(description="All of its fields, or those that are asked for.")]


class DataMap(msgspec.Struct, frozen=True, kw_only=True):
    """Every stored field, as the code declares it."""

    tables: Annotated[list[DataMapTable], Meta(description="The tables by name.")]
    backups: Annotated[str, Meta(description="How long copies of all tables lie in backups.")]


class DataMapQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the data map."""

    personal: Annotated[bool, Meta(description="Only fields that are personal, or only those that are not.")] | None = (
        None
    )
    data_class: DataClassName | None = None
    table: TableName | None = None


class ProcessingActivity(msgspec.Struct, frozen=True, kw_only=True):
    """What is done with personal data in one area of the product."""

    area: Annotated[str, Meta(description="The area of the product.", examples=["sales"])]
    purposes: Purposes
    people: People
    classes: Annotated[list[DataClass], Meta(description="The kinds of data.")]
    bases: Annotated[list[Basis], Meta(description="Why the law allows it.")]
    tables: Annotated[list[str], Meta(description="Where it is stored.")]
    recipients: Annotated[list[str], Meta(description="The other parties that may be sent some of it.")]
    kept: Annotated[list[str], Meta(description="How long it is kept, table by table.")]


class ProcessingRecipient(msgspec.Struct, frozen=True, kw_only=True):
    """A party that the product calls."""

    name: Annotated[str, Meta(description="The name of the party.", examples=["keycloak"])]
    fields: Annotated[list[str], Meta(description="The stored fields that it may be sent; none when empty.")]
    purpose: Annotated[Purpose, Meta(description="What that is for.")]
    reason: Annotated[str, Meta(description="The same in words.")]
    place: Annotated[str, Meta(description="Where the party is.")]


class ProcessingRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The record of processing activities that GDPR Art. 30 asks for, made from the declarations of the code."""

    controller: Annotated[str, Meta(description="Who decides about the business data: your company.")]
    made_on: Annotated[date, Meta(description="The day on which it was made, in UTC.")]
    region: Annotated[str, Meta(description="The region of the cloud in which all data lies.", examples=["eu-west-1"])]
    activities: Annotated[list[ProcessingActivity], Meta(description="What is done, area by area.")]
    recipients: Annotated[list[ProcessingRecipient], Meta(description="The other parties.")]
    security: Annotated[list[str], Meta(description="How the data is protected.")]
    to_be_supplied: Annotated[
        list[str], Meta(description="What the law asks for besides and no program knows; your company adds it.")
    ]


class ImpactQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """What only your company can answer."""

    article: Annotated[str, Meta(description="Where the law asks for it.", examples=["GDPR Art. 35(7)(b)"])]
    question: Annotated[str, Meta(description="What is asked.")]


class ImpactAssessment(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet for a data protection impact assessment (GDPR Art. 35), filled as far as a program knows the answers."""

    controller: Annotated[str, Meta(description="Who decides about the business data: your company.")]
    made_on: Annotated[date, Meta(description="The day on which it was made, in UTC.")]
    activities: Annotated[
        list[ProcessingActivity], Meta(description="What is done, area by area (GDPR Art. 35(7)(a)).")
    ]
    recipients: Annotated[list[ProcessingRecipient], Meta(description="The other parties.")]
    measures: Annotated[list[str], Meta(description="How the data is protected (GDPR Art. 35(7)(d)).")]
    questions: Annotated[list[ImpactQuestion], Meta(description="What your company answers.")]
