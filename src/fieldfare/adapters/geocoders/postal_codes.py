"""Postal codes without a network: US ZIPs from the package `zipcodes`, Canadian FSAs from our own table.

A full Canadian code gets the point of its FSA, its first three characters, and keeps all six. Everything this one
finds has the precision `postal`; an address is understood by the code that closes it, and by nothing else.
"""

from __future__ import annotations

import asyncio
import csv
from functools import cache
from importlib.resources import files

from fieldfare.adapters.geocoders.sifting import NonsenseError, sound_place
from fieldfare.domain.addresses import CANADA, Located, Precision, WrittenCode, read_code, tidy, written_code
from fieldfare.domain.places import Place
from fieldfare.ports.geocoder import Bias

# Addresses of the armed forces abroad: a ZIP, and no place to drive to.
_MILITARY = {"AA", "AE", "AP"}


class PostalCodes:
    """The offline geocoder; see `ports.geocoder.Geocoder`. It is never down."""

    name = "postal"

    async def search(self, text: str, bias: Bias) -> tuple[Located, ...]:
        """Locate an address by the postal code that closes it; the text stays as it was typed."""
        code = written_code(text, countries=bias.countries) or read_code(tidy(text), countries=bias.countries)
        return () if code is None else await self._located(code, formatted=tidy(text))

    async def postal_code(self, code: str, bias: Bias) -> tuple[Located, ...]:
        """Locate a postal code by the table of its country."""
        read = read_code(code, countries=bias.countries)
        return () if read is None else await self._located(read, formatted=read.shown)

    async def _located(self, code: WrittenCode, *, formatted: str) -> tuple[Located, ...]:
        if code.country == CANADA:
            point = _canadian_points().get(code.code[:3])
        else:
            # The package takes a quarter of a second to unpack, and then reads all ZIPs for each look-up.
            point = await asyncio.to_thread(_zip_point, code.code)
        if point is None:
            return ()
        return (
            Located(
                place=Place(lat=point[0], lng=point[1], postal_code=code.code),
                formatted=formatted,
                precision=Precision.POSTAL,
                country=code.country,
                source=self.name,
            ),
        )


@cache
def _canadian_points() -> dict[str, tuple[float, float]]:
    table = files("fieldfare.adapters.geocoders") / "data" / "canadian_fsas.csv"
    rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    return {row["fsa"]: (float(row["lat"]), float(row["lng"])) for row in rows}


def _zip_point(code: str) -> tuple[float, float] | None:
    """Look a ZIP up, in use or not; some have no point, or stand at (0, 0)."""
    import zipcodes  # noqa: PLC0415 - a compiled table of some megabytes, and not every business has customers there

    for row in zipcodes.matching(code):  # type: ignore[no-untyped-call]
        if row["state"] in _MILITARY:
            continue
        try:
            return sound_place(float(row["lat"]), float(row["long"]), None).point
        except NonsenseError:
            continue
    return None
