"""Widgets for values that have parts: tables, windows of time, places, owners, drives."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, ClassVar

from fieldfare.entrypoints.desk.settings.fields import Field
from fieldfare.entrypoints.desk.settings.figures import clock_text, number_of, number_text
from fieldfare.entrypoints.desk.settings.typed import Typed, number_in
from fieldfare.entrypoints.desk.settings.widgets import (
    ABSENT,
    Choices,
    Fault,
    Money,
    Number,
    single,
)

COORDINATES = re.compile(r"\s*(-?\d{1,3}(?:\.\d{1,20})?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d{1,20})?)\s*")
_WINDOW = re.compile(r"(\d{1,2}(?::\d{2})?)\s*(?:-|\N{EN DASH}|\N{EM DASH}|to)\s*(\d{1,2}(?::\d{2})?)", re.IGNORECASE)
_CLOSED = {"", "closed", "none"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A list of objects, a row each. A row's `was` says which one of the document it was, so that nothing is lost."""

    kind: ClassVar[str] = "rows"
    group: ClassVar[bool] = True
    columns: tuple[Field, ...]
    one: str

    def write(self, value: Any, choices: Choices) -> Typed:
        """Show the rows."""
        return Typed.joined({str(n): self._row(row, str(n), choices) for n, row in enumerate(value or ())})

    def read(self, typed: Typed, before: Any, choices: Choices) -> Any:
        """Read the rows."""
        known = before if isinstance(before, list) else []
        rows = []
        for number in self.said(typed, choices):
            part = typed.part(number)
            was = number_in(part.one("was"))
            base = known[was] if was is not None and was < len(known) else {}
            row = dict(base)
            for column in self.columns:
                try:
                    row = column.put(row, column.read(part, base, choices))
                except Fault as fault:
                    raise Fault(fault.message, at=_joined(number, column.name, fault.at)) from None
            rows.append(row)
        return rows

    def said(self, typed: Typed, choices: Choices) -> list[str]:
        """List the numbers of the rows that say something: a new one in which nothing was written is none."""
        empty = self._row({}, "", choices)
        return [number for number in typed.rows() if not typed.part(number).same_as(empty)]

    def added(self, typed: Typed, choices: Choices) -> tuple[Typed, str]:
        """Add an empty row, and give its number."""
        number = str(max((int(known) for known in typed.rows()), default=-1) + 1)
        return typed.with_part(number, self._row({}, "", choices)), number

    def _row(self, row: Any, was: str, choices: Choices) -> Typed:
        columns = {column.name: column.write(row, choices) for column in self.columns}
        return Typed.joined({"was": single(was), **columns})


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """Windows of a day in one line: `08:00 - 12:00, 13:00 - 17:00`; nothing is closed."""

    kind: ClassVar[str] = "windows"
    group: ClassVar[bool] = False

    def write(self, value: Any, choices: Choices) -> Typed:  # noqa: ARG002 - as every widget
        """Show them."""
        return single(windows_text(value))

    def read(self, typed: Typed, before: Any, choices: Choices) -> Any:  # noqa: ARG002
        """Read them."""
        return windows_of(typed.one())


@dataclass(frozen=True, slots=True, kw_only=True)
class Exceptions:
    """Windows by date, a row each."""

    kind: ClassVar[str] = "exceptions"
    group: ClassVar[bool] = True

    def write(self, value: Any, choices: Choices) -> Typed:  # noqa: ARG002
        """Show them by date."""
        values: dict[str, tuple[str, ...]] = {}
        for number, (day, windows) in enumerate(sorted((value or {}).items())):
            values |= self.row(str(number), day, windows_text(windows), was=day)
        return Typed(values)

    def read(self, typed: Typed, before: Any, choices: Choices) -> Any:  # noqa: ARG002
        """Read them; a row without a date and without windows is none."""
        found: dict[str, Any] = {}
        for number in typed.rows():
            day, windows = typed.one(f"{number}.day"), typed.one(f"{number}.windows")
            if not day and not windows:
                continue
            if not day:
                raise Fault("takes a date", at=f"{number}.day")
            if day in found:
                raise Fault(f"{day} stands here twice", at=f"{number}.day")
            try:
                found[day] = windows_of(windows)
            except Fault as fault:
                raise Fault(fault.message, at=f"{number}.windows") from None
        return found

    def added(self, typed: Typed, day: str) -> tuple[Typed, str]:
        """Add a row for a date, closed, if there is none; give the row's number, too."""
        for number in typed.rows():
            if day and typed.one(f"{number}.day") == day:
                return typed, number
        number = str(max((int(known) for known in typed.rows()), default=-1) + 1)
        return Typed({**typed.values, **self.row(number, day, "", was="")}), number

    @staticmethod
    def row(number: str, day: str, windows: str, *, was: str) -> dict[str, tuple[str, ...]]:
        """Give a row."""
        return {f"{number}.was": (was,), f"{number}.day": (day,), f"{number}.windows": (windows,)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place: coordinates, or an address or postal code that is looked up before it is read. `nullable`: or none."""

    kind: ClassVar[str] = "spot"
    group: ClassVar[bool] = False
    nullable: bool = False

    def write(self, value: Any, choices: Choices) -> Typed:  # noqa: ARG002
        """Show it."""
        if not isinstance(value, dict) or value.get("lat") is None or value.get("lng") is None:
            return single("")
        return single(f"{number_text(value['lat'])}, {number_text(value['lng'])}")

    def read(self, typed: Typed, before: Any, choices: Choices) -> Any:  # noqa: ARG002
        """Read it."""
        text = typed.one()
        if not text and self.nullable:
            return None
        found = COORDINATES.fullmatch(text)
        if not found:
            raise Fault("takes a latitude and a longitude, an address or a postal code")
        known = before if isinstance(before, dict) else {}
        return {**known, "lat": number_of(found[1]), "lng": number_of(found[2])}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedBy:
    """Whose hours a schedule holds: a technician's, a zone's, or a technician's in one zone."""

    kind: ClassVar[str] = "owner"
    group: ClassVar[bool] = True

    def write(self, value: Any, choices: Choices) -> Typed:  # noqa: ARG002
        """Show it."""
        owner = value or {}
        return Typed({key: (owner.get(key) or "",) for key in ("technician", "zone")})

    def read(self, typed: Typed, before: Any, choices: Choices) -> Any:  # noqa: ARG002
        """Read it."""
        known = before if isinstance(before, dict) else {}
        return {**known, "zone": typed.one("zone") or None, "technician": typed.one("technician") or None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many pieces of each kind of equipment."""

    kind: ClassVar[str] = "counts"
    group: ClassVar[bool] = True

    def write(self, value: Any, choices: Choices) -> Typed:  # noqa: ARG002
        """Show them."""
        return Typed({kind: (number_text(pieces),) for kind, pieces in (value or {}).items()})

    def read(self, typed: Typed, before: Any, choices: Choices) -> Any:  # noqa: ARG002
        """Read those that were filled in."""
        return {kind: number_of(typed.one(kind)) for kind in sorted(typed.values) if kind and typed.one(kind)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drives:
    """How drives are reckoned: as the crow flies, or from a table."""

    kind: ClassVar[str] = "drives"
    group: ClassVar[bool] = True

    def write(self, value: Any, choices: Choices) -> Typed:  # noqa: ARG002
        """Show it; the table in the form that it has in the document."""
        travel = value or {}
        plain = {key: (number_text(travel[key]),) for key in ("circuity", "speed_kmh") if key in travel}
        table = {key: travel[key] for key in ("places", "seconds") if key in travel}
        return Typed({"kind": (travel.get("kind", "crow_flies"),), **plain, "table": (_json(table),)})

    def read(self, typed: Typed, before: Any, choices: Choices) -> Any:  # noqa: ARG002
        """Read it."""
        if typed.one("kind") != "matrix":
            given = {key: number_of(typed.one(key)) for key in ("circuity", "speed_kmh") if typed.one(key)}
            return {"kind": "crow_flies", **given}
        try:
            table = json.loads(typed.one("table") or "{}")
        except (ValueError, RecursionError):
            raise Fault("is not JSON", at="table") from None
        if not isinstance(table, dict):
            raise Fault("is not an object with places and seconds", at="table")
        return {**table, "kind": "matrix"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOff:
    """What is taken off a price: nothing, a percentage or an amount, and the floor below which it never goes."""

    kind: ClassVar[str] = "discount"
    group: ClassVar[bool] = True

    def write(self, value: Any, choices: Choices) -> Typed:
        """Show it."""
        discount = value or {}
        by = next((key for key in ("percent", "amount") if discount.get(key) is not None), "")
        amount, floor = (Money(nullable=True).write(discount.get(key), choices).one() for key in ("amount", "floor"))
        percent = Number(nullable=True).write(discount.get("percent"), choices).one()
        return Typed({"by": (by,), "percent": (percent,), "amount": (amount,), "floor": (floor,)})

    def read(self, typed: Typed, before: Any, choices: Choices) -> Any:
        """Read it."""
        by = typed.one("by")
        if by not in {"percent", "amount"}:
            return None
        known = before if isinstance(before, dict) else {}
        percent = Number(nullable=True).read(typed.part("percent"), None, choices) if by == "percent" else None
        amount = _part(Money(nullable=True), typed, "amount", choices) if by == "amount" else None
        floor = _part(Money(), typed, "floor", choices)
        return {**known, "percent": percent, "amount": amount, "floor": 0 if floor is ABSENT else floor}


def windows_text(value: Any) -> str:
    """Write windows in one line."""
    return ", ".join(f"{start}\N{EN DASH}{end}" for start, end in value or ())


def windows_of(text: str) -> list[list[str]]:
    """Read windows; raises `Fault`."""
    if text.strip().lower() in _CLOSED:
        return []
    windows = []
    for part in re.split(r"[,;]|\band\b", text):
        found = _WINDOW.fullmatch(part.strip())
        if not found:
            raise Fault("is read as windows such as 08:00\N{EN DASH}12:00, 13:00\N{EN DASH}17:00")
        windows.append([clock_text(found[1]), clock_text(found[2])])
    return windows


def _part(widget: Money, typed: Typed, name: str, choices: Choices) -> Any:
    try:
        return widget.read(typed.part(name), None, choices)
    except Fault as fault:
        raise Fault(fault.message, at=name) from None


def _joined(*parts: str) -> str:
    return ".".join(part for part in parts if part)


def _json(table: dict[str, Any]) -> str:
    return json.dumps(table) if table else ""
