"""The table of custom fields."""

from chalicelib.catalog.custom_fields.schemas import (
    CustomFieldClass,
    CustomFieldEntity,
    CustomFieldQuery,
    CustomFieldType,
)
from chalicelib.kernel import uniques
from chalicelib.kernel.dynamo.attributes import Choice, Flag, Struct, Text
from chalicelib.kernel.dynamo.model import meta
from chalicelib.kernel.lifecycle import Master
from chalicelib.kernel.privacy import BUSINESS
from chalicelib.kernel.views import Filter, View


def code_kind(entity: str) -> uniques.Kind:
    """The kind of the codes of an entity's fields."""
    return uniques.Kind(f"custom_field_{entity}", "code", f"custom field of the {entity}")


class CustomField(Master):
    """Access: by id; by entity and code (uniques); all of a tenant."""

    Meta = meta("custom_fields")
    entity = "custom_field"
    of: Choice[CustomFieldEntity] = Choice(BUSINESS, CustomFieldEntity)
    code = Text(BUSINESS)
    label = Text(BUSINESS)
    type: Choice[CustomFieldType] = Choice(BUSINESS, CustomFieldType)
    choices: Struct[list[str]] = Struct(BUSINESS, list[str], null=True)
    privacy_class: Choice[CustomFieldClass] = Choice(BUSINESS, CustomFieldClass)
    filterable = Flag(BUSINESS)


_OF = Filter("entity", lambda row, entity: row.of is entity)
VIEWS: tuple[View[CustomFieldQuery], ...] = (
    View(lambda request: CustomField.partition == request.tenant.key(), filters=(_OF, "status")),
)
