"""Amounts of money in minor units, as they are written without a language."""

from __future__ import annotations

_DECIMALS = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
}
"""By ISO 4217; all other currencies have two."""


def decimals_of(currency: str) -> int:
    """Tell how many decimals a currency's amounts are written with."""
    return _DECIMALS.get(currency, 2)


def plain_amount(minor: int, currency: str) -> str:
    """Write an amount of minor units for machines and people of any language: `149.00 CAD`."""
    decimals = decimals_of(currency)
    whole, rest = divmod(abs(minor), 10**decimals)
    sign = "-" if minor < 0 else ""
    return f"{sign}{whole}" + (f".{rest:0{decimals}}" if decimals else "") + f" {currency}"
