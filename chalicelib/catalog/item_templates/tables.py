"""The table of item templates."""

import msgspec

from chalicelib.catalog.item_templates.schemas import ItemTemplateQuery, TemplateOption
from chalicelib.catalog.items.identity_schemas import ItemImage
from chalicelib.catalog.items.schemas import Money
from chalicelib.catalog.items.tracking import ItemExpiry, ItemTracking
from chalicelib.catalog.items.units import Unit
from chalicelib.kernel import uniques
from chalicelib.kernel.dynamo.attributes import Choice, Number, Struct, Text, Whole
from chalicelib.kernel.dynamo.model import meta
from chalicelib.kernel.lifecycle import Master
from chalicelib.kernel.measures import Size, Weight
from chalicelib.kernel.privacy import BUSINESS
from chalicelib.kernel.views import View

TEMPLATE_CODE = uniques.Kind("item_template_code", "code", "template")


class Made(msgspec.Struct, frozen=True, array_like=True):
    """A variant: its item, and its values in the order of the template's options."""

    item_id: str
    values: list[str]


class ItemTemplate(Master):
    """Access: by id; all of a tenant. It lists its variants, so that every change of it reaches all of them, and no two
    have the same options. Limit: 90 variants."""

    Meta = meta("item_templates")
    entity = "item_template"
    code = Text(BUSINESS)
    name = Text(BUSINESS)
    options: Struct[list[TemplateOption]] = Struct(BUSINESS, list[TemplateOption])
    sku_pattern = Text(BUSINESS, null=True)
    made: Struct[list[Made]] = Struct(BUSINESS, list[Made], null=True)
    description = Text(BUSINESS, null=True)
    unit: Choice[Unit] = Choice(BUSINESS, Unit)
    category = Text(BUSINESS, null=True)
    tracking: Choice[ItemTracking] = Choice(BUSINESS, ItemTracking)
    expiry: Choice[ItemExpiry] = Choice(BUSINESS, ItemExpiry)
    shelf_life_days = Whole(BUSINESS, null=True)
    price: Struct[Money] = Struct(BUSINESS, Money, null=True)
    cost: Struct[Money] = Struct(BUSINESS, Money, null=True)
    reorder_point = Number(BUSINESS, null=True)
    weight: Struct[Weight] = Struct(BUSINESS, Weight, null=True)
    size: Struct[Size] = Struct(BUSINESS, Size, null=True)
    country_of_origin = Text(BUSINESS, null=True)
    hs_code = Text(BUSINESS, null=True)
    images: Struct[list[ItemImage]] = Struct(BUSINESS, list[ItemImage], null=True)


VIEWS: tuple[View[ItemTemplateQuery], ...] = (
    View(lambda request: ItemTemplate.partition == request.tenant.key(), filters=("status",)),
)
