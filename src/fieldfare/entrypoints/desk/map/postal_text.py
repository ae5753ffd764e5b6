"""Postal lists as text: one code a line, or several with commas between, and what is odd about each line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from fieldfare.domain.addresses import read_code
from fieldfare.domain.places import fsa_of, is_fsa, normalise_postal_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """The codes as they are compared, each once; `odd` and `twice` name lines, and `covered` are codes of an area."""

    codes: tuple[str, ...]
    odd: tuple[tuple[int, str], ...]
    twice: tuple[tuple[int, str], ...]
    covered: tuple[str, ...]

    @property
    def counts(self) -> str:
        """Say how many there are of each kind."""
        kinds = Counter(_kind(code) for code in self.codes)
        said = [f"{kinds[kind]} {one if kinds[kind] == 1 else many}" for kind, one, many in _KINDS if kinds[kind]]
        return ", ".join(said) or "no codes"


_KINDS = (
    ("area", "forward sortation area", "forward sortation areas"),
    ("whole", "whole Canadian code", "whole Canadian codes"),
    ("zip", "ZIP code", "ZIP codes"),
    ("other", "other code", "other codes"),
)


def read_codes(text: str) -> Codes:
    """Read a list; nothing in it is refused here."""
    seen: dict[str, int] = {}
    odd, twice = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        for part in line.replace(";", ",").split(","):
            code = normalise_postal_code(part)
            if code is None:
                continue
            if read_code(code) is None:
                odd.append((number, part.strip()))
            if code in seen:
                twice.append((number, part.strip()))
            else:
                seen[code] = number
    covered = tuple(code for code in seen if not is_fsa(code) and fsa_of(code) in seen)
    return Codes(codes=tuple(seen), odd=tuple(odd), twice=tuple(twice), covered=covered)


def _kind(code: str) -> str:
    if is_fsa(code):
        return "area"
    if fsa_of(code) is not None:
        return "whole"
    return "zip" if read_code(code) is not None else "other"
