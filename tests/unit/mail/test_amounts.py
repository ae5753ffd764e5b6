"""Amounts of money in both languages."""

from __future__ import annotations

import pytest

from fieldfare.domain.customers import Language
from fieldfare.entrypoints.mail.amounts import money


@pytest.mark.parametrize(
    ("minor", "currency", "english", "french"),
    [
        (14_900, "CAD", "$149.00", "149,00 $"),
        (0, "CAD", "$0.00", "0,00 $"),
        (5, "CAD", "$0.05", "0,05 $"),
        (123_456_789, "CAD", "$1,234,567.89", "1 234 567,89 $"),
        (-1_050, "CAD", "-$10.50", "-10,50 $"),
        (14_900, "USD", "USD 149.00", "149,00 USD"),
        (114_900, "EUR", "EUR 1,149.00", "1 149,00 EUR"),
        (14_900, "JPY", "JPY 14,900", "14 900 JPY"),
        (14_905, "KWD", "KWD 14.905", "14,905 KWD"),
    ],
)
def test_an_amount(minor: int, currency: str, english: str, french: str) -> None:
    written = [money(minor, currency, language) for language in (Language.ENGLISH, Language.FRENCH)]

    assert [text.replace("\N{NO-BREAK SPACE}", " ") for text in written] == [english, french]
    assert not any(" " in text for text in written)
