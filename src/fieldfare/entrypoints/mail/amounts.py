"""Amounts of money as customers read them."""

from __future__ import annotations

from fieldfare.domain.currencies import decimals_of
from fieldfare.domain.customers import Language

_CANADIAN = "CAD"
_NO_BREAK = "\N{NO-BREAK SPACE}"


def money(minor: int, currency: str, language: Language) -> str:
    """Write an amount of minor units: `$1,149.00` and `1 149,00 $` in Canada, `EUR 149.00` and `149,00 EUR` else."""
    decimals = decimals_of(currency)
    whole, rest = divmod(abs(minor), 10**decimals)
    sign = "-" if minor < 0 else ""
    fraction = f"{rest:0{decimals}}" if decimals else ""
    if language is Language.FRENCH:
        figure = f"{sign}{whole:,}".replace(",", _NO_BREAK) + (f",{fraction}" if fraction else "")
        return f"{figure}{_NO_BREAK}{'$' if currency == _CANADIAN else currency}"
    figure = f"{whole:,}" + (f".{fraction}" if fraction else "")
    return f"{sign}${figure}" if currency == _CANADIAN else f"{currency}{_NO_BREAK}{sign}{figure}"
