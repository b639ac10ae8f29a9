"""Barcodes of items: what is a GTIN, its check digit, and the form in which codes are compared.

GS1 writes one trade item number with 8, 12, 13 or 14 digits. Numbers for use inside a company (GS1 prefixes 02 and 20
to 29) have the same form and check digit, so they are taken alike. Weight or price inside such a number are not read:
every company puts them elsewhere.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.kernel.codes import folded
from chalicelib.kernel.errors import FieldError, repeats
from chalicelib.kernel.texts import line
from chalicelib.search.scan.check_digits import has_check_digit, with_check_digit

_GTIN = re.compile(r"[0-9]{8}|[0-9]{12,14}")
_PRINTED = str.maketrans("", "", " -")
"""People type the gaps and dashes that are printed under the bars."""


class BarcodeType(StrEnum):
    """The kind of a barcode. `gtin`: a trade item number of GS1 (EAN, UPC, ITF-14), whose check digit is verified.
    `other`: any other code. More may be added, so accept unknown values."""

    GTIN = "gtin"
    OTHER = "other"


UnitOfCode = Annotated[
    str,
    line(
        32,
        description="The unit that one scan counts, such as the carton that has this code; null for the item's own "
        "unit.",
        examples=["carton"],
    ),
]


BarcodeText = Annotated[
    str,
    line(
        48,
        description="The code as it is printed. A GTIN is one whether it is written with 8, 12, 13 or 14 digits.",
        examples=["4006381333931"],
    ),
]


class Barcode(msgspec.Struct, frozen=True, kw_only=True):
    """A code by which scanners know an item, or a unit of it."""

    code: BarcodeText
    type: Annotated[BarcodeType, Meta(description="The kind of the code.")]
    unit: UnitOfCode | None = None


class NewBarcode(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A code by which scanners shall know an item, or a unit of it."""

    code: BarcodeText
    type: (
        Annotated[
            BarcodeType,
            Meta(
                description="The kind of the code. Left out, 8, 12, 13 or 14 digits are a GTIN, and everything else is "
                "`other`."
            ),
        ]
        | UnsetType
    ) = UNSET
    unit: UnitOfCode | None = None


def compared(code: str) -> str:
    """The form in which a code is compared: a GTIN with all 14 digits, another code without differences of case."""
    return gtin(code) or folded(code)


def gtin(code: str) -> str | None:
    """The 14 digits of a GTIN; None for what is none, or has a wrong check digit."""
    digits = _digits(code)
    return digits.zfill(14) if _GTIN.fullmatch(digits) and has_check_digit(digits) else None


def completed(barcodes: Sequence[NewBarcode]) -> list[Barcode]:
    """The barcodes, each with its type."""
    return [
        Barcode(code=each.code, type=_type_of(each.code) if each.type is UNSET else each.type, unit=each.unit)
        for each in barcodes
    ]


def errors(barcodes: Sequence[NewBarcode], pointer: str) -> list[FieldError]:
    """An error for each GTIN with a wrong check digit or number of digits, and for each code that is given twice."""
    found = repeats(pointer, [compared(barcode.code) for barcode in barcodes])
    for index, barcode in enumerate(completed(barcodes)):
        if barcode.type is BarcodeType.GTIN and gtin(barcode.code) is None:
            found.append(_no_gtin(_digits(barcode.code), f"{pointer}/{index}/code"))
    return found


def _no_gtin(digits: str, pointer: str) -> FieldError:
    if not _GTIN.fullmatch(digits):
        return FieldError(pointer, "no_gtin", "A GTIN has 8, 12, 13 or 14 digits. Give other codes the type other.")
    return FieldError(
        pointer,
        "wrong_check_digit",
        f"A digit is wrong: a GTIN that begins like this ends in {with_check_digit(digits[:-1])[-1]}. If the code is "
        "no GTIN, give it the type other.",
    )


def _type_of(code: str) -> BarcodeType:
    return BarcodeType.GTIN if _GTIN.fullmatch(_digits(code)) else BarcodeType.OTHER


def _digits(code: str) -> str:
    return folded(code).translate(_PRINTED)
