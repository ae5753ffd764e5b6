"""Which of several results is meant, and when the customer has to say."""

from __future__ import annotations

import pytest

from fieldfare.domain.addresses import Located
from fieldfare.usecases.places.choose import best_of
from tests.unit.geocoders.scripted import located

# A minute of latitude is 1,853 m; 0.001 degree 111 m.
A = located(43.45, formatted="a")
B = located(43.55, formatted="b", code="L6J2B2")
STREET = located(43.56, formatted="street", precision="street")
POSTAL = located(43.57, formatted="postal", precision="postal")
AREA = located(43.58, formatted="area", precision="area")
NO_CODE = located(43.59, formatted="no code", code=None)
PARTIAL = located(43.60, formatted="partial", partial=True)
SAME_FSA = located(43.61, formatted="same fsa", code="L6H9Z9")
FSA = located(43.62, formatted="fsa", code="L6H")


@pytest.mark.parametrize(
    ("results", "typed", "best"),
    [
        ([], None, []),
        ([AREA], None, []),
        ([A], None, [A]),
        ([A, B], None, [A, B]),
        ([B, A], None, [B, A]),
        # The postal code that was typed goes before everything.
        ([B, A], "L6H1A1", [A]),
        ([B, STREET], "L6H1A1", [STREET]),
        ([SAME_FSA, A], "L6H1A1", [A]),
        ([NO_CODE, SAME_FSA], "L6H1A1", [SAME_FSA]),
        ([NO_CODE, FSA], "L6H1A1", [FSA]),
        ([SAME_FSA, A], "L6H", [SAME_FSA, A]),
        ([B, NO_CODE], "L6H1A1", [NO_CODE]),
        ([B], "L6H1A1", [B]),
        # Then the precision, then being whole.
        ([POSTAL, STREET, AREA], None, [STREET]),
        ([STREET, PARTIAL], None, [PARTIAL]),
        ([PARTIAL, A], None, [A]),
        ([PARTIAL], None, [PARTIAL]),
    ],
)
def test_worth(results: list[Located], typed: str | None, best: list[Located]) -> None:
    assert best_of(results, typed=typed) == tuple(best)


@pytest.mark.parametrize(
    ("other", "one"),
    [
        (located(43.4513, formatted="145 m north"), True),  # 0.0013 * 111,195 = 144.6
        (located(43.4514, formatted="156 m north"), False),
        (located(44.45, formatted="a"), True),  # the same words are the same place
    ],
)
def test_what_counts_as_one(other: Located, one: bool) -> None:
    assert best_of([A, other], typed=None) == ((A,) if one else (A, other))


def test_there_are_at_most_five_choices() -> None:
    results = [located(43.0 + number, formatted=str(number)) for number in range(9)]

    assert best_of(results, typed=None) == tuple(results[:5])
