"""The table of tax codes; codes are also rows of `uniques`."""

from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.catalog.tax_codes import rules
from chalicelib.catalog.tax_codes.schemas import TaxCodeQuery, TaxKind, TaxRate
from chalicelib.kernel import uniques
from chalicelib.kernel.codes import folded
from chalicelib.kernel.dynamo.attributes import Choice, Struct, Text
from chalicelib.kernel.dynamo.model import index_meta, meta
from chalicelib.kernel.lifecycle import Master
from chalicelib.kernel.privacy import BUSINESS
from chalicelib.kernel.views import Filter, View, required

CODE = uniques.Kind("tax_code", "code", "tax code")


class ByCode(GlobalSecondaryIndex["TaxCode"]):
    Meta = index_meta("by_code")
    partition = Text(BUSINESS, hash_key=True)
    folded_code = Text(BUSINESS, range_key=True)


class TaxCode(Master):
    """Access: by id; by code (index, and `uniques`). A few hundred for a tenant."""

    Meta = meta("tax_codes")
    entity = "tax_code"
    code = Text(BUSINESS)
    folded_code = Text(BUSINESS)
    name = Text(BUSINESS)
    description = Text(BUSINESS, null=True)
    kind: Choice[TaxKind] = Choice(BUSINESS, TaxKind)
    rates: Struct[list[TaxRate]] = Struct(BUSINESS, list[TaxRate], null=True)
    by_code = ByCode()


_FILTERS = (
    "status",
    "kind",
    Filter("country", lambda row, country: rules.is_in(row.rates or (), country)),
)
VIEWS: tuple[View[TaxCodeQuery], ...] = (
    View(lambda request: TaxCode.partition == request.tenant.key(), filters=_FILTERS),
    View(
        lambda request: (
            (ByCode.partition == request.tenant.key()) & (ByCode.folded_code == folded(required(request.query.code)))
        ),
        needs=frozenset({"code"}),
        sort="code",
        index="by_code",
        filters=_FILTERS,
    ),
    View(lambda request: ByCode.partition == request.tenant.key(), sort="code", index="by_code", filters=_FILTERS),
)
