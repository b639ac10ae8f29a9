"""Rules of item templates, without access to the store."""

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import Protocol

from chalicelib.catalog.item_templates.schemas import MOST_VARIANTS, NewVariant, TemplateOption
from chalicelib.catalog.items.variants import VariantOption
from chalicelib.kernel.codes import folded
from chalicelib.kernel.errors import AlreadyExists, FieldError, repeats

Values = tuple[str, ...]
"""A value of every option, in the order of the options."""
_PLACE = re.compile(r"\{([^{}]*)\}")
_CODE = "code"
_LONGEST_SKU = 64
_LONGEST_NAME = 200


class Varied(Protocol):
    """The fields of a template that make its variants."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def options(self) -> list[TemplateOption]: ...
    @property
    def sku_pattern(self) -> str | None: ...


def errors(template: Varied) -> list[FieldError]:
    """Options and values that are given twice, and what is wrong with the pattern of SKUs."""
    found = repeats("/options", [folded(option.name) for option in template.options])
    for index, option in enumerate(template.options):
        if folded(option.name) == _CODE:
            found.append(FieldError(f"/options/{index}/name", "reserved", "This name stands for the template's code."))
        found += repeats(f"/options/{index}/values", [folded(value) for value in option.values])
    if template.sku_pattern is not None:
        found += _pattern_errors(template.sku_pattern, [option.name for option in template.options])
    return found


def _pattern_errors(pattern: str, options: Sequence[str]) -> list[FieldError]:
    named, known = {folded(name) for name in _PLACE.findall(pattern)}, {folded(name) for name in options}
    unknown, missing = sorted(named - known - {_CODE}), sorted(known - named)
    if "{" in _PLACE.sub("", pattern) or "}" in _PLACE.sub("", pattern):
        return [FieldError("/sku_pattern", "invalid_format", "Close every brace that you open.")]
    found = [FieldError("/sku_pattern", "unknown_option", f"There is no option {name}.") for name in unknown]
    says = "Name every option, or variants would have the same SKU; missing: {}."
    return found + [FieldError("/sku_pattern", "missing_option", says.format(name)) for name in missing]


def option_errors(
    before: Sequence[TemplateOption], after: Sequence[TemplateOption], made: Sequence[Values]
) -> list[FieldError]:
    """What a change of the options would take away from variants that are there."""
    if not made:
        return []
    if [folded(option.name) for option in before] != [folded(option.name) for option in after]:
        return [FieldError("/options", "fixed", "There are variants: only values can be added and removed.")]
    found = []
    for index, option in enumerate(after):
        offered = {folded(value) for value in option.values}
        lost = sorted({values[index] for values in made if folded(values[index]) not in offered})
        for value in lost:
            found.append(FieldError(f"/options/{index}/values", "in_use", f"There is a variant with {value}."))
    return found


def combinations(options: Sequence[TemplateOption], made: Sequence[Values]) -> list[Values]:
    """All combinations of the options' values that are not made yet."""
    there = {_compared(values) for values in made}
    product = itertools.product(*(option.values for option in options))
    return list(itertools.islice((each for each in product if _compared(each) not in there), MOST_VARIANTS + 1))


def chosen(
    options: Sequence[TemplateOption], made: Sequence[Values], requested: Sequence[NewVariant]
) -> tuple[list[Values], list[FieldError]]:
    """The values of each requested variant as the template spells them, and an error for each that is wrong or given
    twice. AlreadyExists for those that are there already, if nothing is wrong."""
    there = {_compared(values) for values in made}
    taken: list[FieldError] = []
    seen: set[Values] = set()
    found: list[Values] = []
    problems: list[FieldError] = []
    for index, variant in enumerate(requested):
        values, wrong = _values(options, variant.options, f"/variants/{index}/options")
        problems += wrong
        if not wrong and _compared(values) in seen:
            problems.append(FieldError(f"/variants/{index}/options", "repeated", "Given twice in this request."))
        elif _compared(values) in there:
            says = "There is a variant with these options already."
            taken.append(FieldError(f"/variants/{index}/options", "already_exists", says))
        seen.add(_compared(values))
        found.append(values)
    if taken and not problems:
        raise AlreadyExists(taken[0].message, errors=taken)
    return found, problems


def _values(
    options: Sequence[TemplateOption], given: Sequence[VariantOption], pointer: str
) -> tuple[Values, list[FieldError]]:
    by_name = {folded(each.name): (index, each.value) for index, each in enumerate(given)}
    problems = repeats(pointer, [folded(each.name) for each in given])
    known = {folded(option.name) for option in options}
    for name, (index, _) in by_name.items():
        if name not in known:
            problems.append(FieldError(f"{pointer}/{index}/name", "unknown_option", "The template has no such option."))
    values = []
    for option in options:
        if folded(option.name) not in by_name:
            problems.append(FieldError(pointer, "required", f"Give a value of {option.name}."))
            continue
        index, wanted = by_name[folded(option.name)]
        spelled = next((value for value in option.values if folded(value) == folded(wanted)), None)
        if spelled is None:
            says = f"Choose one of: {', '.join(option.values)}."
            problems.append(FieldError(f"{pointer}/{index}/value", "not_one_of", says))
        values.append(spelled or wanted)
    return tuple(values), problems


def _compared(values: Sequence[str]) -> Values:
    return tuple(map(folded, values))


def sku(template: Varied, values: Sequence[str]) -> str:
    """The SKU of a variant by the template's pattern."""
    names = [folded(option.name) for option in template.options]
    texts: Mapping[str, str] = {_CODE: template.code, **dict(zip(names, values, strict=True))}
    if template.sku_pattern is None:
        return "-".join([template.code, *values])
    return _PLACE.sub(lambda place: texts.get(folded(place[1]), ""), template.sku_pattern)


def name(template: Varied, values: Sequence[str]) -> str:
    """The name of a variant."""
    return f"{template.name}, {', '.join(values)}"


def text_errors(made_sku: str, made_name: str, pointer: str) -> list[FieldError]:
    """What is too long for an item."""
    return [
        FieldError(f"{pointer}/{field}", "too_long", f"The {what} would have more than {most} characters: {text}")
        for field, what, text, most in (
            ("sku", "SKU", made_sku, _LONGEST_SKU),
            ("name", "name", made_name, _LONGEST_NAME),
        )
        if len(text) > most
    ]
