"""Templates: the columns of a kind, with descriptions and an example."""

from chalicelib.bulk import csv_text, fields, kinds, rows
from chalicelib.bulk.fields import Column, Shape
from chalicelib.bulk.imports.schemas import ImportTemplate, TemplateColumn
from chalicelib.bulk.schemas import CsvSeparator
from chalicelib.kernel.call import Call


def of(call: Call, name: str) -> ImportTemplate:
    """The template of a kind, without what the caller may not see."""
    kind = kinds.load(name)
    hidden = kind.hidden_from(call.roles)
    known = tuple(field for field in fields.of(kind.row) if field.name not in hidden)
    columns = fields.columns(known, rows.members_of(known, kind.example))
    cells = rows.cells_of(columns, kind.example)
    lines = [[column.name for column in columns], cells]
    return ImportTemplate(
        kind=name,
        columns=[_shown(column, cell) for column, cell in zip(columns, cells, strict=True)],
        csv="".join(csv_text.line(line, CsvSeparator.COMMA) for line in lines),
    )


def _shown(column: Column, cell: str) -> TemplateColumn:
    is_list = column.field.shape in (Shape.LIST, Shape.GROUPS)
    return TemplateColumn(
        name=column.name,
        description=column.leaf.description or column.field.description,
        example=cell,
        choices=list(column.leaf.choices),
        most=column.field.most if is_list else None,
    )
