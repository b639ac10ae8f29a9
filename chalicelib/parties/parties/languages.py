"""Language tags of BCP 47, such as `de`, `pt-BR` and `zh-Hant`."""

import re

from chalicelib.kernel.countries import UNKNOWN, is_country

_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(-(?P<script>[A-Z][a-z]{3}))?(-(?P<region>[A-Z]{2}|[0-9]{3}))?"
    r"(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"
)
_TWO_LETTERS = (
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el "
    "en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it "
    "iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt "
    "my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk "
    "sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi "
    "yo za zh zu"
)
"""The languages of ISO 639-1. Of those with three letters only the form is checked: there are 8,000."""


def is_language(tag: str) -> bool:
    """Whether the tag, in the usual case of its parts, names a language, and script, region and variants if it has
    them."""
    found = _TAG.fullmatch(tag)
    if found is None:
        return False
    language, region = found["language"], found["region"]
    is_known = len(language) > len("de") or language in _TWO_LETTERS.split()
    return is_known and (region is None or region.isdigit() or (region != UNKNOWN and is_country(region)))
