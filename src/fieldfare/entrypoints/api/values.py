"""The kinds of values that stand in requests, as pydantic types that refuse at the door what nobody wants inside.

Bodies arrive as plain JSON values and are checked strictly: a date or an enumeration needs one of these types, or a
`Literal`, and never pydantic's own, which take only Python's objects when they are strict.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime
from typing import Annotated, TypeAlias

from fastapi import Query
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from fieldfare.domain.clock import seconds_since_epoch
from fieldfare.entrypoints.api.problems import faulty
from fieldfare.entrypoints.scenario.values import ID_PATTERN, LARGEST_WHOLE, Latitude, Longitude

FIRST_YEAR, LAST_YEAR = 2000, 2100
_FIRST_INSTANT = int(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC).timestamp())
_BEYOND_INSTANT = int(datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC).timestamp())

_LINE = r"^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$"
_LINES = r"^[^\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]*$"
_SHORT, _LONG = 200, 5_000

_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.0{1,9})?"
    r"([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_OUR_DATE = r"^(20[0-9]{2}|2100)-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_OUR_TIME = _OUR_DATE + r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
"""What the description says of dates and times; that 31 April isn't one goes without saying."""


def _composed(text: str) -> str:
    """One spelling for one text: `é` is one character, whoever typed it."""
    return unicodedata.normalize("NFC", text)


def _said(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("blank", "must not be blank")
    return text


def _instant(value: object) -> int:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise PydanticCustomError("not_a_time", "must be a time with an offset, such as 2026-11-23T08:00:00-05:00")
    try:
        moment = datetime.fromisoformat(value.upper())
        year = moment.astimezone(UTC).year
    except (ValueError, OverflowError):
        raise PydanticCustomError("not_a_time", "must be a time that exists") from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise PydanticCustomError("not_our_time", "must lie in the years 2000 to 2100")
    return seconds_since_epoch(moment)


def in_our_years(instant: int, *, path: str) -> int:
    """Give an instant back that lies in the years 2000 to 2100; raises `Problem` for any other."""
    if not _FIRST_INSTANT <= instant < _BEYOND_INSTANT:
        raise faulty(path, "must lie in the years 2000 to 2100")
    return instant


def _day(value: object) -> date:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise PydanticCustomError("not_a_day", "must be a date, such as 2026-11-23")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("not_a_day", "must be a date that exists") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise PydanticCustomError("not_our_time", "must lie in the years 2000 to 2100")
    return day


Line: TypeAlias = Annotated[str, StringConstraints(max_length=_SHORT, pattern=_LINE), AfterValidator(_composed)]
"""One line of text, perhaps an empty one: no NUL and no control characters."""

Name: TypeAlias = Annotated[
    str,
    StringConstraints(min_length=1, max_length=_SHORT, pattern=_LINE),
    AfterValidator(_composed),
    AfterValidator(_said),
]
"""One line of text that says something."""

Prose: TypeAlias = Annotated[str, StringConstraints(max_length=_LONG, pattern=_LINES), AfterValidator(_composed)]
"""Some lines of text: line feeds and tabs are allowed, other control characters are not."""

BusinessId: TypeAlias = Annotated[
    str, Field(pattern=ID_PATTERN, description="The id of a business.", examples=["northern-comfort"])
]
CommitmentId: TypeAlias = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9_.:@-]{1,200}$",
        description="The id of a commitment; those that a CRM keeps have longer ones.",
        examples=["c1"],
    ),
]
RecordId: TypeAlias = Annotated[str, Field(pattern=ID_PATTERN, description="The id of a record.", examples=["z1"])]

AwareTime: TypeAlias = Annotated[
    int,
    BeforeValidator(_instant),
    WithJsonSchema(
        {"type": "string", "format": "date-time", "pattern": _OUR_TIME, "examples": ["2026-11-23T08:00:00-05:00"]}
    ),
]
"""A time of RFC 3339 with its offset and whole seconds, read as seconds since 1970."""

Day: TypeAlias = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "format": "date", "pattern": _OUR_DATE + "$", "examples": ["2026-11-23"]}),
]
"""A date of the years 2000 to 2100."""

Count: TypeAlias = Annotated[int, Field(ge=0, le=LARGEST_WHOLE)]
"""A whole number that JSON can say exactly."""

PageLimit: TypeAlias = Annotated[int, Query(ge=1, le=200, description="How many records one page holds at most.")]


class Body(BaseModel):
    """A JSON object that a request sends: no key but the named ones, and no value but of the named type."""

    model_config = ConfigDict(
        extra="forbid", strict=True, allow_inf_nan=False, frozen=True, hide_input_in_errors=True, validate_default=True
    )


class Coordinates(Body):
    """A place on the globe, in degrees."""

    lat: Latitude = Field(examples=[43.4675])
    lng: Longitude = Field(examples=[-79.6877])
