"""Tax ids: the check of their digits, and the forms in which they are compared."""

import importlib
import re
from collections.abc import Iterator, Sequence
from typing import Any

from chalicelib.kernel.countries import is_country
from chalicelib.kernel.errors import FieldError
from chalicelib.parties.parties.schemas import TaxId, TaxIdType

_EU = "at be bg cy cz de dk ee es fi fr gr hr hu ie it lt lu lv mt nl pl pt ro se si sk"
_VAT = {code.upper(): f"{code}.vat" for code in f"{_EU} gb ch no mx tr ar cl co is".split()}
_GST = {"AU": "au.abn", "IN": "in_.gstin", "NZ": "nz.ird", "CA": "ca.bn", "SG": "sg.uen"}
_FOREIGN_PREFIXES = frozenset({"EL", "XI"})
"""Greece and Northern Ireland in numbers for value added tax."""
_WORD_BEHIND = re.compile(r"(?<=[0-9])(MWST|TVA|IVA|TPV|MVA)$")
"""Swiss and Norwegian numbers may say what they are for."""


def errors(tax_ids: Sequence[TaxId], pointer: str) -> Iterator[FieldError]:
    """An error for each number that its country cannot have given, and for each that is given twice."""
    seen: set[tuple[str, str]] = set()
    for index, each in enumerate(tax_ids):
        says = _refusal(each)
        if says is not None:
            yield FieldError(f"{pointer}/{index}/tax_number", "invalid_tax_id", says)
        if each.type is TaxIdType.EIN and each.country != "US":
            says = "Only the United States have employer identification numbers; use another type."
            yield FieldError(f"{pointer}/{index}/type", "unsupported_tax_id", says)
        if compared(each) in seen:
            yield FieldError(f"{pointer}/{index}", "repeated", "Given twice.")
        seen.add(compared(each))


def compared(tax_id: TaxId) -> tuple[str, str]:
    """The form in which two tax ids are compared: country and number."""
    return tax_id.country, looked_up(tax_id.tax_number)


def looked_up(number: str) -> str:
    """The form in which numbers are looked up: letters and digits only, without the letters of the country."""
    plain = re.sub(_WORD_BEHIND, "", re.sub(r"[\W_]", "", number).upper())
    code = plain[:2]
    has_code = len(plain) > len(code) and code.isalpha() and (code in _FOREIGN_PREFIXES or is_country(code))
    return plain[2:] if has_code else plain


def _refusal(tax_id: TaxId) -> str | None:
    """What is wrong with the number; None when nothing is, or its country's rule is not known."""
    name = _checker(tax_id)
    if name is None:
        return None
    from stdnum import exceptions, util  # noqa: PLC0415 - 40 ms, and most requests have no tax id

    # The modules of the library have the same functions, and no common type.
    area, _, kind = name.partition(".")
    module: Any = util.get_cc_module(area, kind) if kind == "vat" else importlib.import_module(f"stdnum.{name}")
    try:
        module.validate(tax_id.tax_number)
    except exceptions.InvalidChecksum:
        return "The check digit is wrong: look for a typing error."
    except exceptions.InvalidLength:
        return "The number is too short or too long for its country."
    except exceptions.ValidationError:
        return "The number has not the form that its country gives."
    return None


def _checker(tax_id: TaxId) -> str | None:
    """The module of the library that knows the number's rule."""
    if tax_id.type is TaxIdType.VAT:
        return _VAT.get(tax_id.country)
    if tax_id.type is TaxIdType.GST:
        return _GST.get(tax_id.country)
    return "us.ein" if tax_id.type is TaxIdType.EIN and tax_id.country == "US" else None
