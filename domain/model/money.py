"""Money is an integer of the currency's subunit; it becomes text only at the edge."""

from decimal import Decimal, InvalidOperation

SUBUNITS = 100  # NGN, USD, GHS, ZAR and KES all have a hundred


def subunits(text: str) -> int:
    """`"12500.00"` -> 1250000. Raises ValueError unless it is a positive amount with at most two decimals."""
    try:
        amount = Decimal(text) * SUBUNITS
    except InvalidOperation:
        raise ValueError(f"{text!r} is not an amount") from None
    if not amount.is_finite() or amount != amount.to_integral_value() or amount <= 0:
        raise ValueError(f"{text!r} is not a positive amount with at most two decimals")
    return int(amount)


def major_units(amount: int) -> str:
    """1250000 -> `"12500.00"`."""
    return f"{amount // SUBUNITS}.{amount % SUBUNITS:02d}"
