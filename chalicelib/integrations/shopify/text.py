"""Texts that people typed at Shopify, fit for our fields."""


def clean(value: str | None, limit: int) -> str | None:
    """The text without control characters, cut to what the field holds; None when nothing is left."""
    if value is None:
        return None
    printable = "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in value).strip()
    return printable[:limit].strip() or None
