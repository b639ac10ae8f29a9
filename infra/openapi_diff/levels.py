"""How oasdiff's checks are rated where docs/api.md, "How the API changes", promises something else than it assumes."""

_HARMLESS = [
    # "new values of enumerations in answers", "new codes of errors"
    "response-mediatype-enum-value-added",
    "response-property-enum-value-added",
    "response-body-any-of-added",
    "response-body-one-of-added",
    "response-property-any-of-added",
    "response-property-one-of-added",
    # "the length and the form of ids"
    "response-property-pattern-changed",
    "response-property-pattern-removed",
    # A deprecation need not have a date for its end yet.
    "api-deprecated-sunset-missing",
    "response-property-deprecated-sunset-missing",
]
_WIDENED = ("increased", "unset"), ("decreased", "unset")
for _place in ("body", "property", "header"):
    # "wider limits"
    for _bound, _ways in zip(("max", "min"), _WIDENED, strict=True):
        for _kind in ("", "-length", "-items", "-properties", "-contains"):
            _HARMLESS += [f"response-{_place}-{_bound}{_kind}-{_way}" for _way in _ways]
        _HARMLESS += [f"response-{_place}-exclusive-{_bound}-{_way}" for _way in _ways]

_BREAKING = [
    # What is unknown is refused here.
    "request-parameter-removed",
    "request-property-removed",
    # Whether a pattern was widened is for a person to judge (ACCEPTED in released.py).
    "request-parameter-pattern-changed",
    "request-property-pattern-changed",
    # Generated clients have it as the name of a method.
    "api-operation-id-removed",
    "optional-response-header-removed",
]

LEVELS = {**dict.fromkeys(_HARMLESS, "INFO"), **dict.fromkeys(_BREAKING, "ERR")}
"""The level by the id of the check."""
