"""P4: postal codes in the form in which they are compared."""

from fieldfare.domain.places import normalise_postal_code
from tests.worlds import table

CODES: dict[str, tuple[str | None, str | None]] = {
    "Canadian with a space": ("L6H 1A1", "L6H1A1"),
    "Canadian with a hyphen": ("L6H-1A1", "L6H1A1"),
    "Canadian as it is compared": ("L6H1A1", "L6H1A1"),
    "Canadian in small letters": ("l6h 1a1", "L6H1A1"),
    "Canadian with spaces around": ("  L6H 1A1 ", "L6H1A1"),
    "Canadian, badly spaced": ("L 6 H - 1A1", "L6H1A1"),
    "an FSA": ("l6h", "L6H"),
    "an FSA with a hyphen": ("L6-H", "L6H"),
    "five characters are not Canadian": ("L6H 1A", "L6H 1A"),
    "seven characters are not Canadian": ("L6H 1A12", "L6H 1A12"),
    "a letter for a digit": ("LGH 1A1", "LGH 1A1"),
    "ZIP": ("90210", "90210"),
    "ZIP+4": ("90210-1234", "90210"),
    "ZIP+4 with spaces around": (" 90210-1234 ", "90210"),
    "ZIP+3 is none": ("90210-123", "90210-123"),
    "ZIP+5 is none": ("90210-12345", "90210-12345"),
    "ZIP+4 with a space is none": ("90210 1234", "90210 1234"),
    "four digits and four": ("9021-1234", "9021-1234"),
    "British": ("sw1a 1aa", "SW1A 1AA"),
    "Dutch": ("1012 ab", "1012 AB"),
    "Polish": ("00-950", "00-950"),
    "none": (None, None),
    "empty": ("", None),
    "spaces": ("  ", None),
}


@table("code, expected", CODES)
def test_a_code_is_normalised(code: str | None, expected: str | None) -> None:
    assert normalise_postal_code(code) == expected


@table("code, expected", CODES)
def test_a_normalised_code_stays_as_it_is(code: str | None, expected: str | None) -> None:
    assert normalise_postal_code(expected) == expected
