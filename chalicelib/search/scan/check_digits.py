"""GS1's check digit: from the right, the digits before it weigh 3 and 1 in turn, and with it the sum is a multiple of
ten."""


def has_check_digit(digits: str) -> bool:
    """Whether the last of the digits is the right check digit of the others."""
    return with_check_digit(digits[:-1]) == digits


def with_check_digit(body: str) -> str:
    """The digits with their check digit behind them."""
    total = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(body)))
    return f"{body}{-total % 10}"
