"""The kinds of values that stand in a scenario, as pydantic types that check in compiled code where they can."""

from __future__ import annotations

import math
import re
from contextlib import suppress
from datetime import date
from typing import Annotated, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, FailFast, Field
from pydantic_core import PydanticCustomError

from fieldfare.domain.catalog import DURATION_MINUTES

T = TypeVar("T")

LARGEST_WHOLE = 2**53
"""JSON's whole numbers are exact up to here wherever they are read; ours stay exact in sums of seconds, too."""

ID_PATTERN = r"^[A-Za-z0-9_.:-]{1,64}$"
CLOCK_PATTERN = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
CURRENCY_PATTERN = r"^[A-Z]{3}$"
TIME_PATTERN = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?"
    r"(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?$"
)

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _whole(value: object) -> object:
    """Take 60.0 for 60; the type behind this refuses what is no number at all."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise PydanticCustomError("finite_number", "not finite")
        if not value.is_integer():
            raise PydanticCustomError("not_whole", "not whole")
        return int(value)
    return value


def _day(value: object) -> date:
    if not isinstance(value, str):
        raise PydanticCustomError("string_type", "not a text")
    if _DAY.fullmatch(value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise PydanticCustomError("not_a_day", "no such date")


Text: TypeAlias = Annotated[str, Field(min_length=0)]
"""Any text of whole characters: pydantic looks for lone surrogates only where it has a constraint to check."""

Id: TypeAlias = Annotated[str, Field(pattern=ID_PATTERN)]
Currency: TypeAlias = Annotated[str, Field(pattern=CURRENCY_PATTERN)]
ClockTime: TypeAlias = Annotated[str, Field(pattern=CLOCK_PATTERN)]
TimeText: TypeAlias = Annotated[str, Field(pattern=TIME_PATTERN)]
Day: TypeAlias = Annotated[date, BeforeValidator(_day)]

Latitude: TypeAlias = Annotated[float, Field(ge=-90, le=90)]
Longitude: TypeAlias = Annotated[float, Field(ge=-180, le=180)]
Number: TypeAlias = Annotated[float, Field(ge=0)]
Positive: TypeAlias = Annotated[float, Field(gt=0)]
Whole: TypeAlias = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=LARGEST_WHOLE)]
HorizonDays: TypeAlias = Annotated[int, BeforeValidator(_whole), Field(ge=1, le=366)]
StepMinutes: TypeAlias = Annotated[int, BeforeValidator(_whole), Field(ge=1, le=1_440)]
DurationMinutes: TypeAlias = Annotated[
    int, BeforeValidator(_whole), Field(ge=DURATION_MINUTES.start, le=DURATION_MINUTES.stop - 1)
]
HoldMinutes: TypeAlias = Annotated[int, BeforeValidator(_whole), Field(ge=1, le=10_080)]
Percent: TypeAlias = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=100)]
ZonePriority: TypeAlias = Annotated[float, Field(ge=0, le=100)]

Many: TypeAlias = Annotated[list[T], FailFast()]
"""A list that stops at its first fault: nobody reads a million of them."""

Resources: TypeAlias = dict[Id, Whole]
"""How many pieces are needed or held, by resource kind."""

LockWord: TypeAlias = Literal["hub", "none"]
DepartWord: TypeAlias = Literal["on_shift", "before_shift"]
ReturnWord: TypeAlias = Literal["by_shift_end", "after_shift"]
OperationWord: TypeAlias = Literal["union", "intersect", "exclude"]
AssignmentWord: TypeAlias = Literal["automatic", "manual"]
OnStaleWord: TypeAlias = Literal["hide", "request", "allow"]
CommitmentWord: TypeAlias = Literal["visit", "busy"]


class Record(BaseModel):
    """An object of the document: no key but the named ones, and no value but of the named type."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class PointRecord(Record):
    """A place by its coordinates alone."""

    lat: Latitude
    lng: Longitude
